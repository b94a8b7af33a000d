import type { Lists } from "../../kit";

const lists: Lists = {
  imports: { page: (row) => `/imports/${row.key}`, pages: { upload: "/imports/new" } },
};

export default lists;
