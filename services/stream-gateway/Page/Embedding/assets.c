// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//
// Embeds the files of the page. A new file is added here; a test compares the table with the folder.

#include "CPageAssets.h"

// Known to Clang in every language mode, and new in C23.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char api_js[] = {
#embed "../Assets/api.js"
};
static const unsigned char base_css[] = {
#embed "../Assets/base.css"
};
static const unsigned char components_js[] = {
#embed "../Assets/components.js"
};
static const unsigned char connection_js[] = {
#embed "../Assets/connection.js"
};
static const unsigned char dom_js[] = {
#embed "../Assets/dom.js"
};
static const unsigned char download_js[] = {
#embed "../Assets/download.js"
};
static const unsigned char find_js[] = {
#embed "../Assets/find.js"
};
static const unsigned char format_js[] = {
#embed "../Assets/format.js"
};
static const unsigned char glimpse_js[] = {
#embed "../Assets/glimpse.js"
};
static const unsigned char heights_js[] = {
#embed "../Assets/heights.js"
};
static const unsigned char icon_completed_svg[] = {
#embed "../Assets/icon-completed.svg"
};
static const unsigned char icon_failed_svg[] = {
#embed "../Assets/icon-failed.svg"
};
static const unsigned char icon_running_svg[] = {
#embed "../Assets/icon-running.svg"
};
static const unsigned char icon_svg[] = {
#embed "../Assets/icon.svg"
};
static const unsigned char icons_js[] = {
#embed "../Assets/icons.js"
};
static const unsigned char jump_js[] = {
#embed "../Assets/jump.js"
};
static const unsigned char keyed_js[] = {
#embed "../Assets/keyed.js"
};
static const unsigned char keys_js[] = {
#embed "../Assets/keys.js"
};
static const unsigned char list_js[] = {
#embed "../Assets/list.js"
};
static const unsigned char log_rows_js[] = {
#embed "../Assets/log-rows.js"
};
static const unsigned char log_view_js[] = {
#embed "../Assets/log-view.js"
};
static const unsigned char log_css[] = {
#embed "../Assets/log.css"
};
static const unsigned char moment_js[] = {
#embed "../Assets/moment.js"
};
static const unsigned char new_run_js[] = {
#embed "../Assets/new-run.js"
};
static const unsigned char page_html[] = {
#embed "../Assets/page.html"
};
static const unsigned char parts_css[] = {
#embed "../Assets/parts.css"
};
static const unsigned char place_js[] = {
#embed "../Assets/place.js"
};
static const unsigned char poll_js[] = {
#embed "../Assets/poll.js"
};
static const unsigned char preferences_js[] = {
#embed "../Assets/preferences.js"
};
static const unsigned char record_js[] = {
#embed "../Assets/record.js"
};
static const unsigned char row_js[] = {
#embed "../Assets/row.js"
};
static const unsigned char run_actions_js[] = {
#embed "../Assets/run-actions.js"
};
static const unsigned char run_groups_js[] = {
#embed "../Assets/run-groups.js"
};
static const unsigned char run_head_js[] = {
#embed "../Assets/run-head.js"
};
static const unsigned char run_log_js[] = {
#embed "../Assets/run-log.js"
};
static const unsigned char run_row_js[] = {
#embed "../Assets/run-row.js"
};
static const unsigned char run_css[] = {
#embed "../Assets/run.css"
};
static const unsigned char run_js[] = {
#embed "../Assets/run.js"
};
static const unsigned char runs_css[] = {
#embed "../Assets/runs.css"
};
static const unsigned char runs_js[] = {
#embed "../Assets/runs.js"
};
static const unsigned char scroll_map_js[] = {
#embed "../Assets/scroll-map.js"
};
static const unsigned char shell_js[] = {
#embed "../Assets/shell.js"
};
static const unsigned char sse_js[] = {
#embed "../Assets/sse.js"
};
static const unsigned char stage_js[] = {
#embed "../Assets/stage.js"
};
static const unsigned char stream_worker_js[] = {
#embed "../Assets/stream-worker.js"
};
static const unsigned char stream_js[] = {
#embed "../Assets/stream.js"
};
static const unsigned char theme_js[] = {
#embed "../Assets/theme.js"
};
static const unsigned char timeline_css[] = {
#embed "../Assets/timeline.css"
};
static const unsigned char timeline_js[] = {
#embed "../Assets/timeline.js"
};
static const unsigned char wall_css[] = {
#embed "../Assets/wall.css"
};
static const unsigned char wall_js[] = {
#embed "../Assets/wall.js"
};

#define ASSET(name, bytes) {name, bytes, sizeof bytes}

static const struct page_asset assets[] = {
    ASSET("api.js", api_js),
    ASSET("base.css", base_css),
    ASSET("components.js", components_js),
    ASSET("connection.js", connection_js),
    ASSET("dom.js", dom_js),
    ASSET("download.js", download_js),
    ASSET("find.js", find_js),
    ASSET("format.js", format_js),
    ASSET("glimpse.js", glimpse_js),
    ASSET("heights.js", heights_js),
    ASSET("icon-completed.svg", icon_completed_svg),
    ASSET("icon-failed.svg", icon_failed_svg),
    ASSET("icon-running.svg", icon_running_svg),
    ASSET("icon.svg", icon_svg),
    ASSET("icons.js", icons_js),
    ASSET("jump.js", jump_js),
    ASSET("keyed.js", keyed_js),
    ASSET("keys.js", keys_js),
    ASSET("list.js", list_js),
    ASSET("log-rows.js", log_rows_js),
    ASSET("log-view.js", log_view_js),
    ASSET("log.css", log_css),
    ASSET("moment.js", moment_js),
    ASSET("new-run.js", new_run_js),
    ASSET("page.html", page_html),
    ASSET("parts.css", parts_css),
    ASSET("place.js", place_js),
    ASSET("poll.js", poll_js),
    ASSET("preferences.js", preferences_js),
    ASSET("record.js", record_js),
    ASSET("row.js", row_js),
    ASSET("run-actions.js", run_actions_js),
    ASSET("run-groups.js", run_groups_js),
    ASSET("run-head.js", run_head_js),
    ASSET("run-log.js", run_log_js),
    ASSET("run-row.js", run_row_js),
    ASSET("run.css", run_css),
    ASSET("run.js", run_js),
    ASSET("runs.css", runs_css),
    ASSET("runs.js", runs_js),
    ASSET("scroll-map.js", scroll_map_js),
    ASSET("shell.js", shell_js),
    ASSET("sse.js", sse_js),
    ASSET("stage.js", stage_js),
    ASSET("stream-worker.js", stream_worker_js),
    ASSET("stream.js", stream_js),
    ASSET("theme.js", theme_js),
    ASSET("timeline.css", timeline_css),
    ASSET("timeline.js", timeline_js),
    ASSET("wall.css", wall_css),
    ASSET("wall.js", wall_js),
};

size_t page_assets_count(void) { return sizeof assets / sizeof *assets; }

const struct page_asset *page_assets(void) { return assets; }
