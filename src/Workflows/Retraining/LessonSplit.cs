using System.IO.Hashing;
using System.Runtime.InteropServices;
using Understudy.Inference.Datasets;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// Parts lessons by a hash of their texts, so that what the student that serves has learned from is not what the next one is judged or set by: each part
/// takes a range of the hashes that narrows as lessons gather (and widens when many are forgotten), and only lessons that are newer than that student are drawn for
/// thresholds from outside it.
/// What thresholds are chosen on has to be drawn like what is served, too: a lesson that was sure to be asked about is kept there with one over the weight of
/// those that were drawn at random (rejection sampling). Weights differ from run to run, so what is not drawn of the range may be the next time, and is not learned from.
/// Of those to learn from the first are drawn by weight too (Efraimidis and Spirakis, 2006), as a trainer keeps the first of them to calibrate on.
/// </summary>
internal sealed record LessonSplit(IReadOnlyList<DatasetRecord> Train, IReadOnlyList<DatasetRecord> Calibration, IReadOnlyList<DatasetRecord> Held)
{
    private const double HeldShare = 0.2, CalibrationShare = 0.2, MostForCalibration = 0.5, Reserve = 1.2;
    private const int MostHeld = 2000;

    /// <summary>A run begins, and looks at the lessons a little later.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <param name="lessons">One of each text; of weight 0 none is drawn for thresholds.</param>
    /// <param name="needed">How many the task's guarantee needs at least.</param>
    /// <param name="hasRegression">Whether there is a regression set besides, so that the gate needs fewer of these.</param>
    /// <param name="servingSince">When the run that made the release that serves began: it has learned from no later lesson, but for a margin.</param>
    public static LessonSplit Of(IReadOnlyList<DatasetRecord> lessons, int needed, bool hasRegression, DateTimeOffset servingSince)
    {
        var order = lessons.Select(lesson => (Lesson: lesson, Hash: Hash(lesson.Text!))).OrderBy(pair => pair.Hash).ToList();
        var held = Math.Min(MostHeld, (int)(order.Count * (hasRegression ? HeldShare / 2 : HeldShare)));
        var rest = order.Skip(held).ToList();
        var heaviest = rest.Max(pair => WeightOf(pair.Lesson));
        var wanted = (int)Math.Min(order.Count * MostForCalibration, Math.Max(order.Count * CalibrationShare, needed * Reserve));
        var calibration = rest
            .Where((pair, rank) => rank < wanted || pair.Lesson.Teacher!.At > servingSince + Margin)
            .Where(pair => IsDrawn(pair.Lesson, heaviest))
            .Take(wanted).ToList();
        var taken = calibration.Select(pair => pair.Hash).ToHashSet();
        return new(
            [.. rest.Skip(wanted).Where(pair => !taken.Contains(pair.Hash)).Select(pair => pair.Lesson).OrderBy(Rank)],
            [.. calibration.Select(pair => pair.Lesson)],
            [.. order.Take(held).Select(pair => pair.Lesson)]);
    }

    public static double WeightOf(DatasetRecord lesson) => lesson.Teacher!.Weight ?? 1;

    /// <summary>Whether a lesson is one of those that are like what is served (rejection sampling). A lesson's draw is always the same.</summary>
    /// <param name="lesson">One of many.</param>
    /// <param name="heaviest">The greatest weight of any of them.</param>
    public static bool IsDrawn(DatasetRecord lesson, double heaviest) => Hash(lesson.Text!, seed: 1) <= ulong.MaxValue * (WeightOf(lesson) / heaviest);

    /// <summary>In an order that depends on the run and on what storage called the versions of its blobs: who writes a lesson cannot make it come late.</summary>
    public static IReadOnlyList<DatasetRecord> Shuffled(IEnumerable<DatasetRecord> lessons, string run, IEnumerable<LessonBlob> blobs)
    {
        var seed = Hash(string.Join('\n', blobs.Select(blob => blob.ETag).Prepend(run)));
        return [.. lessons.OrderBy(lesson => Hash(lesson.Text!, (long)seed))];
    }

    /// <summary>Of a text, spread evenly; another for each seed.</summary>
    public static ulong Hash(string text, long seed = 0) => XxHash64.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()), seed);

    /// <summary>Exponential, with the weight as its rate: the smallest of many are a sample without replacement in which each is as likely as its weight says. A lesson's is always the same.</summary>
    private static double Rank(DatasetRecord lesson) => -Math.Log((Hash(lesson.Text!, seed: 2) + 1.0) / (ulong.MaxValue + 2.0)) / WeightOf(lesson);
}
