using Understudy.Inference.Datasets;
using Understudy.Workflows.Quality;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// Lessons with what each stands for where thresholds are chosen and the gate measures. A lesson says one over the chance that it was drawn with, which is too little where
/// draws were not asked about, and is whatever a file says. Hosts count, of each release, the answers that students gave by themselves and those that they passed on: its audited
/// lessons together stand for the former and its others for the latter (post-stratification), whatever <c>audit.share</c> was and however many there are of either.
/// </summary>
/// <param name="Lessons">In the order in which they came; of weight 0 those of releases that are not drawn from.</param>
/// <param name="Releases">Those that are drawn from, the latest first; none where too little was audited, and then lessons have the weights that they say.</param>
internal sealed record WeighedLessons(IReadOnlyList<DatasetRecord> Lessons, IReadOnlyList<string> Releases)
{
    /// <summary>With fewer, each of them would stand for so many that next to nothing else is drawn.</summary>
    private const int LeastAudited = 20;

    /// <param name="lessons">One of each text.</param>
    /// <param name="counts">Of each release, with the last hour in which it answered.</param>
    public static WeighedLessons Of(IReadOnlyList<DatasetRecord> lessons, IReadOnlyList<QualityBucket> counts)
    {
        var byRelease = lessons.ToLookup(ReleaseOf);
        var audited = counts.OrderByDescending(bucket => bucket.Hour).Select(bucket => Part.Of(bucket, byRelease[bucket.Release])).OfType<Part>().ToList();
        // Each release's lessons are drawn as inputs came to it, so any of them will do: from the latest back, as many as give the most to choose on.
        var drawn = Enumerable.Range(1, audited.Count).Select(audited.Take).MaxBy(Drawn)?.ToDictionary(part => part.Release, part => part.Weight);
        return drawn is null ? new(lessons, []) : new([.. lessons.Select(lesson => Weigh(lesson, drawn))], [.. drawn.Keys]);
    }

    /// <summary>How many lessons rejection sampling leaves.</summary>
    private static double Drawn(IEnumerable<Part> parts) => parts.Sum(part => part.Passed + (part.Audited * part.Weight)) / Math.Max(1, parts.Max(part => part.Weight));

    private static DatasetRecord Weigh(DatasetRecord lesson, Dictionary<string, double> weights) => lesson with
    {
        Teacher = lesson.Teacher! with { Weight = !weights.TryGetValue(ReleaseOf(lesson), out var weight) ? 0 : IsAudited(lesson) ? weight : 1 },
    };

    private static bool IsAudited(DatasetRecord lesson) => lesson.Teacher!.Weight is not null;

    /// <summary>Of <c>lead@version</c>; empty where it says none.</summary>
    private static string ReleaseOf(DatasetRecord lesson) => lesson.Teacher!.Model is { } model && model.LastIndexOf('@') is >= 0 and var at ? model[(at + 1)..] : "";

    /// <summary>A release's lessons.</summary>
    /// <param name="Release">Its version.</param>
    /// <param name="Audited">How many were drawn at random.</param>
    /// <param name="Passed">The others.</param>
    /// <param name="Weight">Of an audited one, where each of the others has 1.</param>
    private sealed record Part(string Release, int Audited, int Passed, double Weight)
    {
        public static Part? Of(QualityBucket counted, IEnumerable<DatasetRecord> lessons)
        {
            var (counts, all) = (counted.Counts, lessons.ToList());
            var audited = all.Count(IsAudited);
            if (Math.Min(audited, counts.Audited) < LeastAudited)
            {
                return null;
            }

            var (passed, passedOn) = (all.Count - audited, counts.Deferred + counts.Degraded);
            return new(counted.Release, audited, passed, (double)counts.Undeferred / audited * Math.Max(1, passed) / Math.Max(1, passedOn));
        }
    }
}
