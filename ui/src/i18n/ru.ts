import { catalogue } from "./catalogue";

export default catalogue(import.meta.glob<object>("./ru/*.json", { eager: true, import: "default" }));
