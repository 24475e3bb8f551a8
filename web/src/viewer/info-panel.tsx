/** Everything known of the photo shown, beside it; on phones a sheet from below. */

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";

import type { Asset, Item, Person } from "../api-types";
import { text } from "../text";
import { CloseIcon, CopyIcon, MapIcon, PencilIcon } from "../widgets/icons";
import {
  altitudeText,
  cameraText,
  coordinatesText,
  exposureText,
  mapAddress,
  momentWithZone,
  placeText,
  resolutionText,
} from "./facts";
import { useGiveBack } from "./give-back";
import { PanelFaces } from "./panel-faces";
import { usePull } from "./sheet";

const words = text.panel;
/** A longer description is folded. */
const FOLDED = { characters: 260, lines: 6 };

interface Props {
  item: Item;
  /** What is known beyond the list; null until it has come. */
  asset: Asset | null;
  /** Whether it could not be read. */
  hasFailed: boolean;
  persons: readonly Person[] | null;
  onClose: () => void;
  onCopyPath: () => void;
  /** Corrects date and description; null where nothing can be changed. */
  onCorrect: (() => void) | null;
}

export function InfoPanel(props: Props) {
  const { item, asset, hasFailed, persons, onClose, onCopyPath, onCorrect } = props;
  const panel = useRef<HTMLElement>(null);
  const pull = usePull(panel, onClose);
  useGiveBack(panel);
  return (
    <aside ref={panel} class="panel" aria-label={words.label}>
      <header class="panel-head" {...pull}>
        <h2>{words.title}</h2>
        {onCorrect && (
          <button
            type="button"
            class="panel-button"
            aria-label={words.correct}
            title={`${words.correct} (e)`}
            onClick={onCorrect}
          >
            <PencilIcon />
          </button>
        )}
        <button
          type="button"
          class="panel-button"
          aria-label={text.close}
          title={`${text.close} (i)`}
          onClick={onClose}
        >
          <CloseIcon />
        </button>
      </header>
      <div class="panel-body" tabIndex={0}>
        <div class="panel-title">
          <h3>{asset?.title || item.name}</h3>
          {asset?.title && <p class="panel-soft">{item.name}</p>}
          {asset?.artist && <p class="panel-soft">{asset.artist}</p>}
        </div>
        {asset?.description && <Description key={item.id} words={asset.description} />}
        {asset && asset.faces.length > 0 && (
          <PanelFaces item={item} asset={asset} persons={persons} />
        )}
        <Facts item={item} asset={asset} onCopyPath={onCopyPath} />
        {!asset && (
          <p class="panel-soft" role="status">{hasFailed ? words.failed : words.loading}</p>
        )}
      </div>
    </aside>
  );
}

function Facts({ item, asset, onCopyPath }: Pick<Props, "item" | "asset" | "onCopyPath">) {
  const isVideo = item.file_type === "video";
  const map = asset && mapAddress(asset);
  const [place, coordinates] = asset ? [placeText(asset), coordinatesText(asset)] : [null, null];
  return (
    <dl class="facts">
      <Fact name={words.date}>
        {momentWithZone(item.media_date, asset?.utc_offset_minutes ?? null)}
      </Fact>
      <Fact name={words.resolution}>{resolutionText(item)}</Fact>
      <Fact name={words.duration}>
        {isVideo && item.duration !== null ? text.duration(item.duration) : null}
      </Fact>
      <Fact name={words.size}>{item.file_size === null ? null : text.fileSize(item.file_size)}</Fact>
      <Fact name={words.camera}>{asset && cameraText(asset)}</Fact>
      <Fact name={words.lens}>{asset?.lens_model}</Fact>
      <Fact name={words.exposure}>{asset && exposureText(asset)}</Fact>
      <Fact name={words.place}>
        {(place ?? coordinates) && (
          <span class="fact-with-button">
            <span>
              {place && <span class="fact-line">{place}</span>}
              {coordinates && <span class="fact-line panel-soft">{coordinates}</span>}
              {asset && altitudeText(asset) && (
                <span class="fact-line panel-soft">{altitudeText(asset)}</span>
              )}
            </span>
            {map && (
              <a
                class="panel-button"
                href={map}
                target="_blank"
                rel="noreferrer"
                aria-label={words.openMap}
                title={words.openMap}
              >
                <MapIcon />
              </a>
            )}
          </span>
        )}
      </Fact>
      <Fact name={words.rating}>{asset?.rating ? words.stars(asset.rating) : null}</Fact>
      <Fact name={words.tags}>{asset?.tags?.length ? <Names names={asset.tags} /> : null}</Fact>
      <Fact name={words.albums}>
        {asset?.albums?.length ? <Names names={asset.albums} /> : null}
      </Fact>
      <Fact name={words.path}>
        <span class="fact-with-button">
          <span class="fact-path">{item.local_path}</span>
          <button
            type="button"
            class="panel-button"
            aria-label={words.copyPath}
            title={`${words.copyPath} (c)`}
            onClick={onCopyPath}
          >
            <CopyIcon />
          </button>
        </span>
      </Fact>
    </dl>
  );
}

/** A row, unless nothing is known. */
function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  if (children === null || children === undefined || children === "") return null;
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Names({ names }: { names: readonly string[] }) {
  return (
    <ul class="fact-names">
      {names.map((name) => <li key={name}>{name}</li>)}
    </ul>
  );
}

function Description({ words: description }: { words: string }) {
  const [isOpen, setOpen] = useState(false);
  const isLong =
    description.length > FOLDED.characters || description.split("\n").length > FOLDED.lines;
  return (
    <div class="description">
      <p class={isLong && !isOpen ? "folded" : ""}>{description}</p>
      {isLong && (
        <button
          type="button"
          class="description-fold"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? words.less : words.more}
        </button>
      )}
    </div>
  );
}
