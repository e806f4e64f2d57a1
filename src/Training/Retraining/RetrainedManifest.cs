using System.Text.Json.Nodes;
using Understudy.Inference.Cascades;
using Understudy.Inference.Ensembles;
using Understudy.Inference.Lessons;
using Understudy.Inference.Releases;

namespace Understudy.Training.Retraining;

/// <summary>The end of every retraining: thresholds that keep the task's guarantee, the plots, and the manifest of the release to be.</summary>
internal static class RetrainedManifest
{
    /// <param name="release">The one that serves.</param>
    /// <param name="output">The folder for the plots.</param>
    /// <param name="tiers">As they would serve, the lead last; their thresholds are set.</param>
    /// <param name="table">What they say of the lessons for thresholds.</param>
    /// <param name="shown">The student whose coverage is drawn.</param>
    /// <param name="accounts">What became of the students that were taught, in words.</param>
    /// <param name="lessons">How many were for learning.</param>
    public static ReleaseManifest Of(
        Release release, string output, RetrainOptions options, RetrainingLog log, List<TierManifest> tiers, CalibrationTable table, int shown, IEnumerable<string> accounts, int lessons)
    {
        var (thresholds, report) = ThresholdSearch.Choose(table, release.Definition.Guarantee);
        for (var i = 0; i < thresholds.Length; i++)
        {
            tiers[i] = tiers[i] with { Threshold = thresholds[i] };
        }

        RetrainingPlot.DrawLosses(Path.Combine(output, RetrainingPlots.Loss), log.Losses);
        RetrainingPlot.DrawCoverage(Path.Combine(output, RetrainingPlots.Coverage), table, shown, thresholds[shown]);
        log.Report("thresholds", 1, report.Certified ? $"students answer {report.StudentShare:P1}" : $"nothing could be promised with {report.Examples} lessons");
        return release.Manifest with
        {
            Recipe = $"retraining from {lessons} lessons: {string.Join("; ", accounts)}",
            Seed = options.Seed,
            Guarantee = release.Definition.Guarantee,
            Thresholds = report,
            Tiers = tiers,
            Compression = release.Compression.Name, // of what they learned from and thresholds were chosen on
            // What was fitted for other students does not fit these.
            Ensemble = Ensemble.Last,
            EnsembleParameters = null,
            CalibrationSha256 = "",
            Metrics = new JsonObject { ["lessons"] = lessons, ["lessonsForThresholds"] = table.Examples.Count },
            Files = [],
        };
    }
}
