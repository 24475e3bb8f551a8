/** What is known of a photo, in words for the info panel. No DOM. */

import type { Asset, Item } from "../api-types";
import { momentTitle } from "../days";
import { text } from "../text";
import { megapixels, resolutionName } from "./resolution";

const { panel } = text;
const BETWEEN = " · ";
/** From here on a face counts as certain. */
const SURE = 0.8;

/** `12 May 2024, 14:03 (UTC+02:00)`; without the zone where nobody knows it. */
export function momentWithZone(mediaDate: string | null, offsetMinutes: number | null): string {
  if (mediaDate === null) return panel.undated;
  const moment = momentTitle(mediaDate);
  return offsetMinutes === null ? moment : `${moment} (${panel.zone(offsetText(offsetMinutes))})`;
}

/** `4000 × 3000 · 12 MP · 4K`; megapixels for photos only. */
export function resolutionText(item: Item): string | null {
  const { width, height } = item;
  if (!width || !height) return null;
  const parts = [text.resolution(width, height)];
  if (item.file_type === "image") parts.push(panel.megapixels(megapixels(width, height)));
  const name = resolutionName(width, height);
  if (name) parts.push(name);
  return parts.join(BETWEEN);
}

/** Maker and model; many models begin with their maker's name already. */
export function cameraText(asset: Asset): string | null {
  const make = asset.camera_make?.trim() ?? "";
  const model = asset.camera_model?.trim() ?? "";
  const isNamed = model.toLowerCase().startsWith(make.toLowerCase());
  return (isNamed ? model : `${make} ${model}`.trim()) || null;
}

/** `1/250 s · f/2.8 · 35 mm · ISO 400`, of what is known. */
export function exposureText(asset: Asset): string | null {
  const { exposure_seconds: exposure, f_number: aperture, focal_length_mm: length, iso } = asset;
  const parts: string[] = [];
  if (exposure) parts.push(panel.seconds(exposureTime(exposure)));
  if (aperture) parts.push(panel.aperture(rounded(aperture, 1)));
  if (length) parts.push(panel.focalLength(rounded(length, 1)));
  if (iso) parts.push(panel.iso(Math.round(iso)));
  return parts.join(BETWEEN) || null;
}

/** `Lausanne, Vaud, Switzerland`, of what is known; a city named like its state once. */
export function placeText(asset: Asset): string | null {
  const names = [asset.city, asset.state, asset.country].filter((name) => name?.trim());
  return [...new Set(names)].join(", ") || null;
}

/** `46.5197° N, 6.6323° E`, to about ten metres. */
export function coordinatesText(asset: Asset): string | null {
  const { latitude, longitude } = asset;
  if (typeof latitude !== "number" || typeof longitude !== "number") return null;
  const north = Math.abs(latitude).toFixed(4);
  const east = Math.abs(longitude).toFixed(4);
  return panel.coordinates(north, latitude < 0, east, longitude < 0);
}

export function altitudeText(asset: Asset): string | null {
  const { altitude } = asset;
  return typeof altitude === "number" ? panel.altitude(String(Math.round(altitude))) : null;
}

/** A map of the place, for those who ask for it. */
export function mapAddress(asset: Asset): string | null {
  const { latitude, longitude } = asset;
  if (typeof latitude !== "number" || typeof longitude !== "number") return null;
  const [lat, lon] = [latitude.toFixed(5), longitude.toFixed(5)];
  return `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=15/${lat}/${lon}`;
}

/** How sure somebody's name is: green from 0.8, red below, neither where nobody measured it. */
export function confidenceOf(face: {
  confidence: number | null;
  source: string;
}): { level: "sure" | "unsure" | "unmeasured"; words: string } {
  const { confidence, source } = face;
  if (confidence === null) return { level: "unmeasured", words: text.faces.source(source) };
  // cut, not rounded: 79.9 % is not 80 %
  const words = text.faces.confidence(Math.floor(confidence * 100 + 1e-9));
  return { level: confidence >= SURE ? "sure" : "unsure", words };
}

/** `+02:00`, `-03:30`. */
function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const pad = (n: number): string => String(n).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/** Seconds as photographers write them: `1/250`, `0.5`, `2.5`, `30`. */
function exposureTime(seconds: number): string {
  return seconds <= 0.3 ? `1/${Math.round(1 / seconds)}` : rounded(seconds, 1);
}

function rounded(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
