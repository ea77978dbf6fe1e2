#pragma once

// The formats that are known, one function each: the source of the events in a folder, or nothing where a
// folder does not hold the format. Throws a data error for files that are damaged.

#include <filesystem>
#include <optional>
#include <string>

#include "datasets/clicks/events.h"

namespace actlab {

/// MovieLens (Harper and Konstan 2015): ratings.csv and movies.csv; u.data, u.item and u.user (100K);
/// ratings.dat, movies.dat and users.dat (1M, 10M). A rating of 4 or more is a click.
std::optional<EventSource> find_movielens(const std::filesystem::path& folder);

/// Criteo display advertising: 40 columns separated by tabs, without a header, in a file of any name.
std::optional<EventSource> find_criteo(const std::filesystem::path& folder);
EventSource criteo_source(const std::filesystem::path& file);
/// Whether the first line of a file (plain or .gz) has its 40 columns.
bool is_criteo(const std::filesystem::path& file);

/// Avazu: CSV of 24 columns, of which `id,click,hour` are the first.
std::optional<EventSource> find_avazu(const std::filesystem::path& folder);

/// Open Bandit (Saito et al. 2020): {bts,random}/{all,men,women}/{CAMPAIGN.csv,item_context.csv}, or a part
/// of that tree. The propensity and the policy are no features: a system that serves does not know them.
std::optional<EventSource> find_open_bandit(const std::filesystem::path& folder);

/// libFM and libsvm: `label index:value …` a line. Indices whose values are 0 and 1 make up one field of
/// several values, any other index a number of its own (at most 1,000).
bool is_libfm(const std::filesystem::path& file);
EventSource read_libfm(const std::filesystem::path& file);

/// The generator `clicks`; see click_world.cpp. Row i depends on rows 0..i alone.
EventSource make_click_world(long rows);

/// Writes `rows` rows in the format of Criteo display advertising to a file (see criteo_like.cpp). Throws a
/// data error for a disk that is full.
void write_criteo_like(const std::filesystem::path& file, long rows);

}  // namespace actlab
