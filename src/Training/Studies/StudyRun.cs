using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Understudy.Training.Studies;

/// <summary>Runs a study: every variant with every seed, each measured once and remembered.</summary>
/// <remarks>One run at a time in a work folder.</remarks>
public sealed class StudyRun(string name, StudyOptions options, IProgress<StudyProgress>? progress = null)
{
    /// <summary>Of the name of a folder.</summary>
    private const int DigestBytes = 6;

    /// <param name="plot">Where to draw, a PNG.</param>
    /// <exception cref="StudyInvalidException">There is no such study, data set or variant, or no seed was named.</exception>
    public StudyReport Run(string plot, CancellationToken cancellationToken = default)
    {
        var study = StudyCatalog.Find(name);
        if (options.Seeds.Count == 0)
        {
            throw new StudyInvalidException("No seed was named; at least one is needed.");
        }

        var set = options.Set ?? study.Sets[0];
        if (!study.Sets.Contains(set))
        {
            throw new StudyInvalidException($"The study '{name}' does not know the data set '{set}'. It knows: {string.Join(", ", study.Sets)}.");
        }

        var folder = study.Folder(set, options);
        var work = Directory.CreateDirectory(Path.Combine(options.WorkFolder, $"{set}-{Digest(study.Files(folder))}")).FullName;
        TorchProcess.Prepare(options.Seeds[0]);
        var plan = study.Prepare(set, folder, options with { WorkFolder = work }, (step, fraction, message) => progress?.Report(new(step, fraction, null, message)), cancellationToken).Only(options.Variants);
        var measured = Measure(plan, new StudyLog(Path.Combine(work, $"{name}-{set}.jsonl")), cancellationToken);
        var report = StudySummary.Of(study, plan, options.Seeds, measured, plot);
        StudyPlot.Draw(plot, plan, report);
        return report;
    }

    /// <summary>The same as long as the files have the same names and content, wherever they lie.</summary>
    private static string Digest(IEnumerable<string> files)
    {
        var content = files.Select(file => $"{Path.GetFileName(file)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}").Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content)).AsSpan(0, DigestBytes));
    }

    private Dictionary<string, List<StudyLog.Entry>> Measure(StudyPlan plan, StudyLog log, CancellationToken cancellationToken)
    {
        var measured = plan.Arms.ToDictionary(arm => arm.Name, _ => new List<StudyLog.Entry>());
        var missing = (from seed in options.Seeds from arm in plan.Arms where log.Find(plan.Settings, arm.Name, seed) is null select arm.Cost).Sum();
        var (done, clock) = (0.0, Stopwatch.StartNew());
        foreach (var seed in options.Seeds)
        {
            foreach (var arm in plan.Arms)
            {
                var entry = log.Find(plan.Settings, arm.Name, seed);
                if (entry is null)
                {
                    var step = $"{arm.Name}, seed {seed}";
                    var own = Stopwatch.StartNew();
                    var result = arm.Run(seed, fraction => Tell(step, (done + (arm.Cost * fraction)) / missing, ""), cancellationToken);
                    entry = log.Add(plan.Settings, arm.Name, seed, result, own.Elapsed.TotalSeconds);
                    done += arm.Cost;
                    Tell(step, done / missing, string.Create(CultureInfo.InvariantCulture, $"{plan.Metric} {entry.Score:0.0%}"));
                }

                measured[arm.Name].Add(entry);
            }
        }

        return measured;

        void Tell(string step, double fraction, string message) =>
            progress?.Report(new(step, fraction, fraction > 0.01 ? clock.Elapsed * ((1 - fraction) / fraction) : null, message));
    }
}
