#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "datasets/clicks/public_schemas.h"
#include "datasets/clicks/side_table.h"
#include "datasets/clicks/sources.h"
#include "datasets/encoding.h"
#include "datasets/files.h"
#include "lib/core/error.h"

namespace actlab {
namespace fs = std::filesystem;
namespace {

/// "1995" of "Toy Story (1995)"; empty without a year.
std::string year_of(std::string_view title) {
  const size_t close = title.rfind(')');
  if (close == std::string_view::npos || close < 5 || title[close - 5] != '(') return "";
  const std::string_view year = title.substr(close - 4, 4);
  return std::all_of(year.begin(), year.end(), [](char c) { return c >= '0' && c <= '9'; })
             ? std::string(year)
             : "";
}

/// Calls `take` with the fields of every row of a small table. Rows with too few fields are a data error.
template <typename Take>
void each_row(const fs::path& file, const std::string& separator, Quotes quotes, size_t fields, Take&& take) {
  DecodedText text = read_text(file, "");
  if (text.encoding != "UTF-8") text = read_text(file, "ISO-8859-1");  // as the publisher's older files are
  RecordReader reader(text.text, separator, quotes, file);
  for (Record record; reader.next(record);) {
    if (record.fields.size() < fields) {
      throw data_error("a line has too few fields",
                       fmt::format("{} in line {} of {}", record.fields.size(), record.line, file.string()),
                       fmt::format("{} or more", fields), "get the file again");
    }
    take(record.fields);
  }
}

std::vector<std::string> about_movie(std::string_view title, std::string_view genres) {
  const bool none = genres == "(no genres listed)";
  return {std::string(title), none ? "" : std::string(genres), year_of(title)};
}

struct Tables {
  SideTable movies{3}, users{3};  // title, genres, year; age, gender, occupation
};

/// The ratings with what is known of movies and users (`user` and `movie` are the first two columns).
EventSource source(const fs::path& ratings, ClickSchema schema, bool with_users, Tables tables) {
  const auto known = std::make_shared<const Tables>(std::move(tables));
  EventFile file{ratings, [known, with_users](std::vector<std::string_view>& values) {
                   const std::string_view user = values[0], movie = values[1];
                   known->movies.extend(movie, values);
                   if (with_users) known->users.extend(user, values);
                 }};
  EventSource found{"", std::move(schema), {file}};
  found.more_columns = {"title", "genres", "year"};
  if (with_users) found.more_columns.insert(found.more_columns.end(), {"age", "gender", "occupation"});
  return found;
}

/// Whether the columns are where `source` looks for them.
bool is_ratings_csv(const fs::path& ratings) {
  RecordReader reader(ratings, ",", Quotes::rfc4180);
  Record header;
  return reader.next(header) && header.fields.size() >= 4 && header.fields[0] == "userId" &&
         header.fields[1] == "movieId";
}

/// The releases with CSV: latest-small, latest, 20M, 25M, 32M.
EventSource read_csv(const fs::path& ratings, const fs::path& movies) {
  Tables tables;
  each_row(movies, ",", Quotes::rfc4180, 3,
           [&](const auto& row) { tables.movies.add(row[0], about_movie(row[1], row[2])); });
  return source(ratings, movielens_schema(false), false, std::move(tables));
}

/// Genres of u.item: 19 flags in the order of u.genre.
std::string genres_of(const std::vector<std::string_view>& row) {
  static const char* const names[] = {"",          "Action",   "Adventure",   "Animation", "Children",
                                      "Comedy",    "Crime",    "Documentary", "Drama",     "Fantasy",
                                      "Film-Noir", "Horror",   "Musical",     "Mystery",   "Romance",
                                      "Sci-Fi",    "Thriller", "War",         "Western"};
  std::vector<std::string> found;
  for (size_t i = 1; i < std::size(names); ++i) {
    if (row[5 + i] == "1") found.emplace_back(names[i]);
  }
  return join(found, "|");
}

ClickSchema without_header(const std::string& separator) {
  ClickSchema schema = movielens_schema(true);
  schema.separator = separator;
  schema.quotes = Quotes::literal;
  schema.columns = {"userId", "movieId", "rating", "timestamp"};
  return schema;
}

EventSource read_100k(const fs::path& folder, const fs::path& ratings, const fs::path& movies) {
  Tables tables;
  each_row(movies, "|", Quotes::literal, 24,
           [&](const auto& row) { tables.movies.add(row[0], about_movie(row[1], genres_of(row))); });
  const fs::path users = find_file(folder, "u.user");
  if (!users.empty())
    each_row(users, "|", Quotes::literal, 4, [&](const auto& row) {
      tables.users.add(row[0], {std::string(row[1]), std::string(row[2]), std::string(row[3])});
    });
  return source(ratings, without_header("\t"), true, std::move(tables));
}

EventSource read_1m(const fs::path& folder, const fs::path& ratings, const fs::path& movies) {
  Tables tables;
  each_row(movies, "::", Quotes::literal, 3,
           [&](const auto& row) { tables.movies.add(row[0], about_movie(row[1], row[2])); });
  const fs::path users = find_file(folder, "users.dat");  // 10M has none
  if (!users.empty())
    each_row(users, "::", Quotes::literal, 4, [&](const auto& row) {
      tables.users.add(row[0], {std::string(row[2]), std::string(row[1]), std::string(row[3])});
    });
  ClickSchema schema = without_header("::");
  if (users.empty()) schema.fields = movielens_schema(false).fields;
  return source(ratings, std::move(schema), !users.empty(), std::move(tables));
}

}  // namespace

std::optional<EventSource> find_movielens(const fs::path& folder) {
  const auto both = [&](const char* ratings, const char* movies, auto read) -> std::optional<EventSource> {
    const fs::path first = find_file(folder, ratings), second = find_file(folder, movies);
    if (first.empty() || second.empty()) return {};
    if (first.filename().string().rfind("ratings.csv", 0) == 0 && !is_ratings_csv(first)) return {};
    return read(first, second);
  };
  if (auto found = both("ratings.csv", "movies.csv", read_csv)) return found;
  if (auto found =
          both("u.data", "u.item", [&](const auto& a, const auto& b) { return read_100k(folder, a, b); }))
    return found;
  return both("ratings.dat", "movies.dat",
              [&](const auto& a, const auto& b) { return read_1m(folder, a, b); });
}

}  // namespace actlab
