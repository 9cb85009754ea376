import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** How near the end counts as being there, in pixels. */
const NEAR = 64;

/**
 * Keeps a scrolled part at its end while its content grows, unless its reader has scrolled up; older content that comes
 * above leaves what he reads where it is. @param started changes when a question is sent, which goes to the end
 * @param opened what is read; another one is read from its end
 */
export function useFollowing(started: string | null, opened: string | null) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const isGrowingAbove = useRef(false);
  const [isAtEnd, setAtEnd] = useState(true);
  const toEnd = useCallback(() => {
    follows.current = true;
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, []);
  useLayoutEffect(() => {
    if (started || opened) toEnd();
  }, [started, opened, toEnd]);
  useEffect(() => {
    const part = scroller.current;
    if (!part || !content.current) return undefined;
    let height = part.scrollHeight;
    const onScroll = () => {
      follows.current = part.scrollHeight - part.scrollTop - part.clientHeight < NEAR;
      setAtEnd(follows.current);
    };
    const onResize = () => {
      const grown = part.scrollHeight - height;
      height = part.scrollHeight;
      if (follows.current) part.scrollTop = part.scrollHeight;
      else if (isGrowingAbove.current && grown > 0) {
        part.scrollTop += grown;
        isGrowingAbove.current = false;
      }
      onScroll();
    };
    const observer = new ResizeObserver(onResize);
    observer.observe(content.current);
    observer.observe(part);
    part.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      part.removeEventListener('scroll', onScroll);
    };
  }, []);
  /** To call before older content comes above. */
  const expectAbove = useCallback(() => {
    isGrowingAbove.current = true;
    follows.current = false;
  }, []);
  return { scroller, content, isAtEnd, toEnd, expectAbove };
}
