using Understudy.Inference.Quality;

namespace Understudy.Workflows.Quality;

/// <summary>What a host counted of one release in one hour.</summary>
/// <param name="Release">Its version.</param>
/// <param name="Hour">When the hour begins, UTC.</param>
/// <param name="Counts">What became of the answers of that hour.</param>
internal sealed record QualityBucket(string Release, DateTimeOffset Hour, QualityCounts Counts);
