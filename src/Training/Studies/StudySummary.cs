using System.Globalization;

namespace Understudy.Training.Studies;

/// <summary>Measurements as means, deviations, paired differences and a row of a table.</summary>
internal static class StudySummary
{
    public static StudyReport Of(Study study, StudyPlan plan, IReadOnlyList<int> seeds, IReadOnlyDictionary<string, List<StudyLog.Entry>> measured, string plot)
    {
        var variants = plan.Arms.Select(arm => Variant(arm.Name, measured[arm.Name])).ToArray();
        var comparisons = plan.Pairs.Select(pair => Compare(variants.Single(v => v.Name == pair.Name), variants.Single(v => v.Name == pair.Against))).ToArray();
        return new()
        {
            Study = study.Name,
            Data = plan.Data,
            Metric = plan.Metric,
            Seeds = seeds,
            Variants = variants,
            Comparisons = comparisons,
            Facts = plan.Facts,
            Front = plan.Size is { } size ? Front(variants, size) : [],
            Row = Row(study, plan, variants, seeds.Count),
            Plot = plot,
            Seconds = measured.Values.SelectMany(entries => entries).Sum(entry => entry.Seconds),
        };
    }

    /// <summary>Names of the variants that no other both undercuts in size and equals in score.</summary>
    internal static IReadOnlyList<string> Front(IReadOnlyList<StudyVariant> variants, string size) =>
    [
        .. variants
            .Where(v => !variants.Any(o => o.Facts[size] <= v.Facts[size] && o.Mean >= v.Mean && (o.Facts[size] < v.Facts[size] || o.Mean > v.Mean)))
            .OrderBy(v => v.Facts[size])
            .Select(v => v.Name),
    ];

    internal static (double Mean, double Deviation) Spread(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return (mean, values.Count < 2 ? 0 : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)));
    }

    private static StudyVariant Variant(string name, List<StudyLog.Entry> entries)
    {
        double[] scores = [.. entries.Select(entry => entry.Score)];
        var (mean, deviation) = Spread(scores);
        var facts = entries[0].Facts.Keys.ToDictionary(key => key, key => entries.Average(entry => entry.Facts[key]));
        return new(name, scores, mean, deviation, facts);
    }

    private static StudyComparison Compare(StudyVariant tried, StudyVariant without)
    {
        double[] differences = [.. tried.Scores.Zip(without.Scores, (a, b) => a - b)];
        var (mean, deviation) = Spread(differences);
        return new(tried.Name, without.Name, mean, deviation, differences.Count(difference => difference > 0));
    }

    private static string Row(Study study, StudyPlan plan, IReadOnlyList<StudyVariant> variants, int seeds)
    {
        var reference = plan.Reference is { } lead ? Text($"; {lead.Name} {lead.Score:0.0%}") : "";
        var scores = string.Join(", ", variants.Select(v => v.Name + Text($" {v.Mean:0.0%}") + (seeds > 1 ? Text($" ± {100 * v.Deviation:0.0}") : "")));
        return $"| {plan.Data}: {scores}{reference} ({plan.Metric}, {seeds} seed{(seeds == 1 ? "" : "s")}) | `./run cli study {study.Name} --set {plan.Data.Split(' ')[0].TrimEnd(',')}` |";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
