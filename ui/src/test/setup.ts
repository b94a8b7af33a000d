import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

document.head.innerHTML = '<meta name="konnektu-workspace" content="shop">';
document.documentElement.lang = "ru";

afterEach(cleanup);
