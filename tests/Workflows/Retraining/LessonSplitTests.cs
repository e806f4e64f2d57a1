using Understudy.Inference.Datasets;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public sealed class LessonSplitTests
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_Lessons_PartsThemWithoutOverlap()
    {
        var split = LessonSplit.Of(Lessons(1000, _ => null), needed: 300, hasRegression: false, Epoch);

        Assert.Equal((200, 360, 440), (split.Held.Count, split.Calibration.Count, split.Train.Count));
        Assert.Equal(1000, split.Held.Concat(split.Calibration).Concat(split.Train).Select(lesson => lesson.Text).Distinct().Count());
    }

    [Fact]
    public void Of_SomeDrawnAtRandom_KeepsTheOthersForThresholdsAtTheSameRate()
    {
        // A tenth of what students answered was asked about all the same (weight 10), and all that they passed on (weight 1): as many of each.
        var split = LessonSplit.Of(Lessons(8000, i => i % 2 == 0 ? 10 : null), needed: 100_000, hasRegression: false, Epoch);

        var (sure, drawn) = (split.Calibration.Count(lesson => lesson.Teacher!.Weight is null), split.Calibration.Count(lesson => lesson.Teacher!.Weight == 10));
        Assert.InRange((double)sure / drawn, 0.07, 0.13);
    }

    [Fact]
    public void Of_SomeDrawnAtRandom_TheFirstToLearnFromAreDrawnAsInputsAreServed()
    {
        // A tenth of what students answered was asked about all the same (weight 10): half of the lessons, and ten elevenths of the inputs.
        var split = LessonSplit.Of(Lessons(8000, i => i % 2 == 0 ? 10 : null), needed: 100, hasRegression: false, Epoch);

        var first = split.Train.Take(split.Train.Count / 10).ToList();

        Assert.InRange(first.Count(lesson => lesson.Teacher!.Weight is null) / (double)first.Count, 0.06, 0.16);
        Assert.Equal(split.Train, LessonSplit.Of([.. Lessons(8000, i => i % 2 == 0 ? 10 : null)], needed: 100, hasRegression: false, Epoch).Train);
    }

    [Fact]
    public void Of_SomeDrawnAtRandomSinceTheLastRun_DrawsForThresholdsNoneThatWasLearnedFrom()
    {
        var old = Lessons(5000, _ => null, Epoch);
        var before = LessonSplit.Of(old, needed: 300, hasRegression: false, Epoch);

        var drawn = Enumerable.Range(0, 300).Select(i => new DatasetRecord { Text = $"drawn {i}", Teacher = new() { Label = "a", Weight = 20, At = Epoch.AddDays(2) } });
        var after = LessonSplit.Of([.. old, .. drawn], needed: 300, hasRegression: false, Epoch.AddDays(1));

        Assert.Empty(after.Calibration.Intersect(before.Train));
        Assert.InRange(after.Held.Intersect(before.Train).Count(), 0, 20);
        Assert.InRange(after.Calibration.Count(lesson => lesson.Teacher!.Weight == 20), 200, 300);
    }

    [Theory]
    [InlineData(20, 10)]
    [InlineData(0, 20)] // of a release that was not drawn from, and now is
    public void Of_WeightsChangeFromRunToRun_DrawsForThresholdsNoneThatWasLearnedFrom(double weight, double later)
    {
        double? passedOn = weight > 0 ? null : 1;
        var before = LessonSplit.Of(Lessons(5000, i => i % 4 == 0 ? weight : passedOn, Epoch), needed: 300, hasRegression: false, Epoch.AddDays(-1));
        var after = LessonSplit.Of(Lessons(5000, i => i % 4 == 0 ? later : passedOn, Epoch), needed: 300, hasRegression: false, Epoch.AddDays(1));

        Assert.InRange(before.Train.Count, 2000, 3000);
        Assert.InRange(after.Calibration.Count, 200, 1000);
        Assert.Empty(after.Calibration.Select(lesson => lesson.Text).Intersect(before.Train.Select(lesson => lesson.Text)));
    }

    [Fact]
    public void Of_ATextThatComesAgain_IsAsOldAsWhenItCameFirst()
    {
        var old = Lessons(1000, _ => null, Epoch);
        var before = LessonSplit.Of(old, needed: 300, hasRegression: false, Epoch.AddDays(-1));
        var sieve = new LessonSieve();
        foreach (var lesson in old.Concat(Lessons(1000, _ => null, Epoch.AddDays(2))))
        {
            sieve.Add(lesson);
        }

        var after = LessonSplit.Of(sieve.Finish(), needed: 300, hasRegression: false, Epoch.AddDays(1));

        Assert.Empty(after.Calibration.Select(lesson => lesson.Text).Intersect(before.Train.Select(lesson => lesson.Text)));
    }

    private static List<DatasetRecord> Lessons(int count, Func<int, double?> weight, DateTimeOffset? at = null) =>
        [.. Enumerable.Range(0, count).Select(i => new DatasetRecord { Text = $"text {i}", Teacher = new() { Label = "a", Weight = weight(i), At = at } })];
}
