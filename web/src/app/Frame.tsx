import { type ReactNode, useEffect, useRef } from "react";

interface Props {
  title: string;
  aside?: ReactNode; // beside the title
  children: ReactNode;
}

/** A view of lists and forms: its title, which takes the focus as it opens, and what is below. */
export function View({ title, aside, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    const before = document.title;
    document.title = `${title} – Inkread`;
    return () => {
      document.title = before;
    };
  }, [title]);
  return (
    <main className="view">
      <div className="flex min-h-11 flex-wrap items-center justify-between gap-2">
        <h2 ref={heading} tabIndex={-1} className="font-numeral text-[1.75rem] outline-none">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </main>
  );
}
