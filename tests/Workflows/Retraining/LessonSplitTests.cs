using Understudy.Inference.Datasets;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public sealed class LessonSplitTests
{
    [Fact]
    public void Of_Lessons_PartsThemWithoutOverlap()
    {
        var split = LessonSplit.Of(Lessons(1000, _ => null), needed: 300, hasRegression: false);

        Assert.Equal((200, 360, 440), (split.Held.Count, split.Calibration.Count, split.Train.Count));
        Assert.Equal(1000, split.Held.Concat(split.Calibration).Concat(split.Train).Select(lesson => lesson.Text).Distinct().Count());
    }

    [Fact]
    public void Of_SomeDrawnAtRandom_KeepsTheOthersForThresholdsAtTheSameRate()
    {
        // A tenth of what students answered was asked about all the same (weight 10), and all that they passed on (weight 1): as many of each.
        var split = LessonSplit.Of(Lessons(8000, i => i % 2 == 0 ? 10 : null), needed: 100_000, hasRegression: false);

        var (sure, drawn) = (split.Calibration.Count(lesson => lesson.Teacher!.Weight is null), split.Calibration.Count(lesson => lesson.Teacher!.Weight == 10));
        Assert.InRange((double)sure / drawn, 0.07, 0.13);
    }

    private static List<DatasetRecord> Lessons(int count, Func<int, double?> weight) =>
        [.. Enumerable.Range(0, count).Select(i => new DatasetRecord { Text = $"text {i}", Teacher = new() { Label = "a", Weight = weight(i) } })];
}
