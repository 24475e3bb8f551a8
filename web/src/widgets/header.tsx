/** The bar at the top: where one is, how much there is, what narrows it, and the way elsewhere. */

import { useEffect } from "preact/hooks";

import { ApiError } from "../api";
import { isWholeTimeline } from "../counts";
import type { Gallery } from "../gallery";
import { galleryName } from "../place-name";
import { homeOf, type Route } from "../route";
import type { Owner } from "../session/owner";
import { text } from "../text";
import { Account } from "./account";
import { Chips } from "./chips";
import { BackIcon, FilterIcon, MenuIcon, UploadIcon } from "./icons";
import { Lazy, partOf } from "./lazy";
import { Link } from "./link";
import { useMedia } from "./media";
import { Menu } from "./menu";
import { Popover } from "./popover";
import { Search } from "./search";
import { TypeFilter } from "./type-filter";

interface Props {
  route: Route;
  gallery: Gallery;
  /** Who is signed in; null where a guest looks. */
  owner: Owner | null;
  /** Goes to the address with these changes. A search that is typed on takes the place of the last. */
  go: (route: Partial<Route>, replaces?: boolean) => void;
  onUpload: () => void;
  onSlideshow: (shuffled: boolean) => void;
  onHelp: () => void;
  onSelectAll: () => void;
  onShare: () => void;
  /** A notice. */
  tell: (words: string) => void;
  /** Whether something else lies over it for now. */
  isCovered?: boolean;
}

const filtersPart = partOf(async () => (await import("./filters")).Filters);

/** Below, the choice of a type has a row of its own, which scrolls away. */
const TWO_ROWS = "(max-width: 959px)";
/** Below, the search is a button until it is wanted. */
const PHONE = "(max-width: 599px)";

export function Header(props: Props) {
  const { route, gallery, owner, go, tell, isCovered = false, ...on } = props;
  const words = text.header;
  const hasTwoRows = useMedia(TWO_ROWS);
  const isPhone = useMedia(PHONE);
  const isTimeline = route.page === "timeline";
  const isHome = isTimeline && route.view === "all";
  const title = route.page !== "timeline" ? words.pages[route.page]
    : isHome ? galleryName(gallery)
    : words.views[route.view];
  const filters = (route.person ? 1 : 0) + (route.from !== null || route.to !== null ? 1 : 0);
  const hasChips = filters > 0 || route.search !== null;
  const types = isTimeline && <TypeFilter route={route} gallery={gallery} go={go} />;
  usePersonsFor(route.person, gallery);

  return (
    <div class="header-place" inert={isCovered}>
      <header class="header">
        {!isHome && (
          <Link class="round" to={homeOf(route)} go={go} label={text.backToTimeline}>
            <BackIcon />
          </Link>
        )}
        <div class="title">
          <h1>
            {isHome ? (
              <Link class="title-link" to={homeOf(route)} go={go}>
                {title}
              </Link>
            ) : (
              title
            )}
          </h1>
          {isTimeline && (
            <p class="counts">{countsOf(route, gallery, isPhone) || "\u00a0"}</p>
          )}
        </div>
        {!hasTwoRows && types}
        {isTimeline && (
          <Search
            search={route.search}
            isNarrow={isPhone}
            onSearch={(search) => go({ search }, search !== null && route.search !== null)}
          />
        )}
        <div class="header-buttons">
          {isTimeline && (
            <Popover
              label={words.filters}
              icon={FilterIcon}
              class="is-filters"
              badge={filters}
              onNear={() => void filtersPart().catch(() => undefined)}
            >
              {(close) => <Lazy part={filtersPart} props={{ route, gallery, go, close }} />}
            </Popover>
          )}
          {!isPhone && owner && (
            <button
              type="button"
              class="round"
              aria-label={words.upload}
              title={words.upload}
              onClick={on.onUpload}
            >
              <UploadIcon />
            </button>
          )}
          <Popover label={words.menu} icon={MenuIcon}>
            {(close) => (
              <Menu
                route={route}
                stats={gallery.stats}
                guest={gallery.guest}
                go={go}
                close={close}
                {...on}
              />
            )}
          </Popover>
          {owner && <Account owner={owner} route={route} go={go} tell={tell} />}
        </div>
      </header>
      {hasTwoRows && types && <div class="header-row">{types}</div>}
      {isTimeline && hasChips && <Chips route={route} gallery={gallery} go={go} />}
      {route.view === "bin" && isTimeline && <p class="header-note">{text.binExplained}</p>}
    </div>
  );
}

/** How much there is: of the whole timeline in full, of other lists their length. */
function countsOf(route: Route, { list, stats, guest }: Gallery, isPhone: boolean): string {
  const words = text.header;
  if (isWholeTimeline(route) && !guest) return stats ? words.counts(stats, isPhone) : "";
  if (list.status !== "ready") return "";
  if (route.search === null) return text.items(list.total);
  return list.totalIsExact ? words.found(list.total) : words.foundSoFar(list.total);
}

/** The name of a person in the address has to be asked for. */
function usePersonsFor(person: string | null, gallery: Gallery): void {
  useEffect(() => {
    if (person === null || gallery.persons) return;
    gallery.loadPersons().catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error; // the filter works without its name
    });
  }, [person, gallery]);
}
