/** Mantine's looks on the router's links, whose addresses are checked by the compiler. */
import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentPropsWithRef } from 'react';

type NativeAnchorProps = ComponentPropsWithRef<'a'>;

function AnchorElement(props: AnchorProps & Omit<NativeAnchorProps, keyof AnchorProps>) {
  return <Anchor {...props} />;
}

function ButtonElement(props: ButtonProps & Omit<NativeAnchorProps, keyof ButtonProps>) {
  return <Button component="a" {...props} />;
}

export const AnchorLink = createLink(AnchorElement);
export const ButtonLink = createLink(ButtonElement);
