import { useEffect, useState } from 'react';

/** True when the window is scrolled down by more than this. */
export function useIsScrolled(pixels: number): boolean {
  const [isScrolled, setIsScrolled] = useState(() => window.scrollY > pixels);
  useEffect(() => {
    const look = () => setIsScrolled(window.scrollY > pixels);
    window.addEventListener('scroll', look, { passive: true });
    return () => window.removeEventListener('scroll', look);
  }, [pixels]);
  return isScrolled;
}
