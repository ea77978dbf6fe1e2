#pragma once

// Columns that several layouts have.

#include <functional>
#include <string>
#include <vector>

#include "lib/report/layout.h"

namespace actlab {

/// What a row says in a column.
using RowText = std::function<std::string(const ComparisonRow&)>;
std::vector<std::string> cells(const Comparison& comparison, const RowText& text);

Column dead_column(const Comparison& comparison);
Column saturated_column(const Comparison& comparison);
/// A figure over many orders of magnitude.
Column magnitude_column(const Comparison& comparison, const std::string& header, const std::string& meaning,
                        const std::function<double(const ComparisonRow&)>& figure);

/// Title, best rows and the column of activations.
Layout start_layout(const Comparison& comparison);

/// At most `limit` of 0..count-1, first and last included, at even distances.
std::vector<size_t> spread(size_t count, size_t limit);

/// The module's path without the word that all of them end in.
std::string short_site(const std::string& path);

}  // namespace actlab
