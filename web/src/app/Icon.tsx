/** Line drawings on a field of 24 by 24, in the colour of the text beside them. */
const LINES = {
  pen: "M4 20l1.2-4.6L16.6 4a2 2 0 0 1 2.8 0l.6.6a2 2 0 0 1 0 2.8L8.6 18.8 4 20zM14.6 6l3.4 3.4",
  eraser:
    "M9 20h11M5.4 16.6l-1-1a2 2 0 0 1 0-2.8l8.4-8.4a2 2 0 0 1 2.8 0l4 4a2 2 0 0 1 0 2.8L11.4 19.4H8.2zM9 8.2l6.8 6.8",
  undo: "M9 14L4.5 9.5 9 5M5 9.5h9a5.5 5.5 0 0 1 0 11h-3",
  redo: "M15 14l4.5-4.5L15 5M19 9.5h-9a5.5 5.5 0 0 0 0 11h3",
  clear:
    "M5 7h14M10 4h4M7 7l.8 12a1.5 1.5 0 0 0 1.5 1.4h5.4a1.5 1.5 0 0 0 1.5-1.4L17 7M10.2 11v5.5M13.8 11v5.5",
  picture:
    "M5 5h14a1.5 1.5 0 0 1 1.5 1.5v11A1.5 1.5 0 0 1 19 19H5a1.5 1.5 0 0 1-1.5-1.5v-11A1.5 1.5 0 0 1 5 5zM4 16.5l4.5-4.5 3.5 3.5 2.5-2.5 5.5 5M15.5 9.2h.01",
  camera:
    "M4.5 8h3l1.6-2.4h5.8L16.5 8h3A1.5 1.5 0 0 1 21 9.5v8a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5v-8A1.5 1.5 0 0 1 4.5 8zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
  sun: "M12 16.2a4.2 4.2 0 1 0 0-8.4 4.2 4.2 0 0 0 0 8.4zM12 2.8v2M12 19.2v2M2.8 12h2M19.2 12h2M5.5 5.5l1.4 1.4M17.1 17.1l1.4 1.4M18.5 5.5l-1.4 1.4M6.9 17.1l-1.4 1.4",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
  close: "M6 6l12 12M18 6L6 18",
  back: "M14.5 5.5L8 12l6.5 6.5",
  copy: "M9 8.5h9a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H9A1.5 1.5 0 0 1 7.5 19v-9A1.5 1.5 0 0 1 9 8.5zM16 5.2A1.5 1.5 0 0 0 14.6 4H6a1.5 1.5 0 0 0-1.5 1.5v8.7A1.5 1.5 0 0 0 5.6 15.6",
  person: "M12 12a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6zM4.5 20a7.5 7.5 0 0 1 15 0",
  check: "M5 12.5l4.5 4.5L19 7.5",
  save: "M7 4.5h10a1.5 1.5 0 0 1 1.5 1.5v14L12 15.5 5.5 20V6A1.5 1.5 0 0 1 7 4.5z",
  link: "M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.1-1.1",
  file: "M13.5 3.5H7A1.5 1.5 0 0 0 5.5 5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V8.5zM13.5 3.5v5h5",
  cup: "M8 4h8v5a4 4 0 0 1-8 0zM8 5.5H4.8c0 3 1 4.6 3.6 5M16 5.5h3.2c0 3-1 4.6-3.6 5M12 13v4M8.5 20c0-1.8 1.6-3 3.5-3s3.5 1.2 3.5 3z",
  download: "M12 4v11M7.5 11L12 15.5 16.5 11M5 20h14",
} as const;

export type IconName = keyof typeof LINES;

export function Icon({ name, size = 22 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={LINES[name]} />
    </svg>
  );
}
