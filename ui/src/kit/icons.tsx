/** The icons of the console, by what they mean. Decoration only: the name of a thing stands in words. */
import {
  ApartmentOutlined, AppstoreOutlined, BarChartOutlined, BellOutlined, CheckOutlined, CloseOutlined, CopyOutlined,
  DatabaseOutlined, DeleteOutlined, DownOutlined, DownloadOutlined, EditOutlined, EllipsisOutlined, ExclamationCircleOutlined,
  EyeInvisibleOutlined, EyeOutlined, FilterOutlined, FolderOutlined, GiftOutlined, GlobalOutlined, HolderOutlined,
  HomeOutlined, InboxOutlined, LeftOutlined, LinkOutlined, LoadingOutlined, LockOutlined, MenuFoldOutlined, MenuUnfoldOutlined,
  MessageOutlined, MoonOutlined, NotificationOutlined, PlusOutlined, PushpinFilled, PushpinOutlined, QuestionCircleOutlined,
  ReloadOutlined, RightOutlined, SearchOutlined, SettingOutlined, ShoppingOutlined, SortAscendingOutlined, SortDescendingOutlined, SunOutlined,
  SyncOutlined, TableOutlined, TeamOutlined, UpOutlined, UploadOutlined, UserOutlined, WarningOutlined,
} from "@ant-design/icons";
import type { ComponentType } from "react";

const ICONS = {
  add: PlusOutlined, advertising: NotificationOutlined, analytics: BarChartOutlined, back: LeftOutlined, bell: BellOutlined,
  busy: LoadingOutlined, check: CheckOutlined, close: CloseOutlined, columns: TableOutlined, copy: CopyOutlined,
  customers: TeamOutlined, data: DatabaseOutlined, delete: DeleteOutlined, down: DownOutlined, download: DownloadOutlined,
  drag: HolderOutlined, edit: EditOutlined, empty: InboxOutlined, filter: FilterOutlined, fold: MenuFoldOutlined,
  folder: FolderOutlined, forward: RightOutlined, help: QuestionCircleOutlined, hide: EyeInvisibleOutlined, home: HomeOutlined,
  jobs: SyncOutlined, language: GlobalOutlined, link: LinkOutlined, lock: LockOutlined, loyalty: GiftOutlined,
  messages: MessageOutlined, moon: MoonOutlined, more: EllipsisOutlined, orders: ShoppingOutlined, pin: PushpinOutlined, pinned: PushpinFilled,
  problem: ExclamationCircleOutlined, reload: ReloadOutlined, search: SearchOutlined, segments: ApartmentOutlined,
  settings: SettingOutlined, show: EyeOutlined, site: AppstoreOutlined, "sort-down": SortDescendingOutlined,
  "sort-up": SortAscendingOutlined, sun: SunOutlined, unfold: MenuUnfoldOutlined, up: UpOutlined, upload: UploadOutlined, user: UserOutlined,
  warning: WarningOutlined,
} satisfies Record<string, ComponentType>;

export type IconName = keyof typeof ICONS;

export function isIcon(name: string): name is IconName {
  return name in ICONS;
}

export function Icon({ name, spin = false }: { name: IconName; spin?: boolean }) {
  const Shape = ICONS[name];
  return <Shape aria-hidden="true" spin={spin} />;
}
