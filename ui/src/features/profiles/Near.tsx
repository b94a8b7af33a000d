/** Shows its content while it is near the window, and keeps its place where it is not: a long page holds little. */
import { type ReactNode, useEffect, useRef, useState } from "react";

/** How far from the part of the page that scrolls content is still there. */
const MARGIN = "1500px";

export function Near({ children, height }: { children: ReactNode; /** Pixels, before the content was ever seen. */ height: number }) {
  const place = useRef<HTMLDivElement>(null);
  const [kept, keep] = useState<number | null>(null);
  useEffect(() => {
    const here = place.current;
    if (!here) return undefined;
    const watch = new IntersectionObserver((told) => {
      // While the page was busy several changes may have gathered: the last one stands.
      const seen = told.at(-1);
      if (!seen) return;
      // Of content that leaves, the height is kept; of a place that was never filled, nothing is known yet.
      keep(seen.isIntersecting ? null : seen.boundingClientRect.height || height);
    }, { root: here.closest("main"), rootMargin: MARGIN });
    watch.observe(here);
    return () => watch.disconnect();
  }, [height]);
  return <div ref={place} style={kept === null ? undefined : { height: kept }}>{kept === null && children}</div>;
}
