/** The addresses of the console, under the link of the workspace. State of a page is in its address. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import type { ComponentType } from "react";

import { placeOf } from "../kit/list/asking";
import { Waiting } from "../kit/states";
import { NotHere, Whole } from "./Broken";
import { workspace } from "./place";
import { Guarded } from "./Guarded";
import { PAGES } from "./registry";
import { Shell } from "./Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotHere, errorComponent: Whole });

const pages = PAGES.map((page) => {
  const Shown = lazyRouteComponent(page.load) as ComponentType;
  return createRoute({
    getParentRoute: () => root,
    path: `/${page.path}`,
    component: () => <Guarded page={page}><Shown /></Guarded>,
    errorComponent: Whole,
  });
});

const section = createRoute({
  getParentRoute: () => root,
  path: "/$section",
  validateSearch: placeOf,
  component: lazyRouteComponent(() => import("./SectionPage")),
  errorComponent: Whole,
});

export const router = createRouter({
  routeTree: root.addChildren([...pages, section]),
  basepath: `/${workspace}`,
  defaultPreload: "intent",
  defaultPendingComponent: Waiting,
  trailingSlash: "preserve",
});
