import type { Lists } from "../../kit/page";

const lists: Lists = { events: { page: (row) => `/events/${row.key}` } };

export default lists;
