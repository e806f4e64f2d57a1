using System.Globalization;

namespace Understudy.Inference.Quality;

/// <summary>
/// Whether inputs are still like those of the calibration set, judged by what the first student says of them: black-box shift detection (Lipton, Wang and
/// Smola, 2018, arXiv 1802.03916; Rabanser, Günnemann and Lipton, 2019, arXiv 1810.11953). It needs no lead and no labels, and sees a change before answers are wrong.
/// </summary>
public sealed record InputShift
{
    private const int MostLabels = 5;

    /// <summary>In a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Recent inputs.</summary>
    public required long Inputs { get; init; }

    /// <summary>Examples of the calibration set.</summary>
    public required long Calibrated { get; init; }

    /// <summary>Of the labels' shares; null where there is too little to compare.</summary>
    public TwoSampleTest? Labels { get; init; }

    /// <summary>Of the shares of bins of confidence (<see cref="InputCounts.Edges"/>); null where there is too little to compare.</summary>
    public TwoSampleTest? Confidence { get; init; }

    /// <summary>Of both tests at once (Bonferroni); null where neither could be made.</summary>
    public double? PValue { get; init; }

    /// <summary>Labels that have become significantly more frequent, at most five, the largest change first.</summary>
    public IReadOnlyList<LabelShift> More { get; init; } = [];

    /// <summary>The same of those that have become less frequent.</summary>
    public IReadOnlyList<LabelShift> Less { get; init; } = [];

    /// <summary>Whether one of the tests is significant and its effect large enough to matter; null where neither could be made.</summary>
    public bool? Drift { get; init; }

    /// <param name="recent">What was counted lately.</param>
    /// <param name="calibrated">Of the calibration set.</param>
    /// <param name="labels">Their names.</param>
    /// <param name="audit">At which level, and from which effect.</param>
    /// <returns>Null where either is not known, or not of these labels.</returns>
    public static InputShift? Of(InputCounts? recent, InputCounts? calibrated, IReadOnlyList<string> labels, TaskAudit audit)
    {
        if (recent?.CanBe(labels.Count) is not true || calibrated?.CanBe(labels.Count) is not true)
        {
            return null;
        }

        var tests = new[] { TwoSampleTest.Of(recent.Labels, calibrated.Labels), TwoSampleTest.Of(recent.Confidence, calibrated.Confidence) };
        var made = tests.OfType<TwoSampleTest>().ToList();
        var changed = Changed(recent.Labels, calibrated.Labels, labels, audit.InputLevel / labels.Count);
        bool? drift = made.Count == 0 ? null : made.Any(test => test.PValue * made.Count <= audit.InputLevel && test.Effect >= audit.InputEffect);
        return new()
        {
            Summary = Say(recent, calibrated, changed, drift),
            Inputs = recent.Inputs,
            Calibrated = calibrated.Inputs,
            Labels = tests[0],
            Confidence = tests[1],
            PValue = made.Count == 0 ? null : Math.Min(1, made.Min(test => test.PValue) * made.Count),
            More = [.. changed.Where(label => label.Recent > label.Calibrated).Take(MostLabels)],
            Less = [.. changed.Where(label => label.Recent < label.Calibrated).Take(MostLabels)],
            Drift = drift,
        };
    }

    /// <summary>Labels whose share against all others' has changed, the largest change first.</summary>
    private static List<LabelShift> Changed(IReadOnlyList<long> recent, IReadOnlyList<long> calibrated, IReadOnlyList<string> labels, double level)
    {
        long here = recent.Sum(), there = calibrated.Sum();
        return [.. labels
            .Select((label, i) => (Shift: new LabelShift(label, (double)calibrated[i] / there, (double)recent[i] / here), Test: TwoSampleTest.Of([recent[i], here - recent[i]], [calibrated[i], there - calibrated[i]])))
            .Where(pair => pair.Test?.PValue <= level)
            .Select(pair => pair.Shift)
            .OrderByDescending(shift => Math.Abs(shift.Recent - shift.Calibrated))];
    }

    private static string Say(InputCounts recent, InputCounts calibrated, List<LabelShift> changed, bool? drift)
    {
        var (now, then) = (Doubtful(recent), Doubtful(calibrated));
        var parts = changed.Take(MostLabels).Select(label => Text($"'{label.Label}' {label.Recent:P1} instead of {label.Calibrated:P1}"));
        var says = string.Join("; ", parts.Append(Text($"the first student is less than {InputCounts.Edges[Middle]} sure of {now:P1} instead of {then:P1}")));
        return drift switch
        {
            null => Text($"{recent.Inputs} inputs against {calibrated.Inputs} of the calibration set are too few to compare."),
            true => Text($"{recent.Inputs} inputs are unlike the {calibrated.Inputs} of the calibration set: {says}."),
            false => Text($"{recent.Inputs} inputs are like the {calibrated.Inputs} of the calibration set, or not unlike enough to matter: {says}."),
        };
    }

    /// <summary>An edge in the middle: what is below is not to be relied on.</summary>
    private const int Middle = 4;

    private static double Doubtful(InputCounts counts) => (double)counts.Confidence.Take(Middle + 1).Sum() / counts.Inputs;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
