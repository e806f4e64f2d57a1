using Understudy.Inference.Cascades;
using Understudy.Inference.Datasets;
using Understudy.Inference.Quality;
using Understudy.Workflows.Quality;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public sealed class WeighedLessonsTests
{
    private const double Epsilon = 0.01, Delta = 0.05;

    private static readonly DateTimeOffset Epoch = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1800, 4.0)] // the share was 0.05, and is 0.25 now: what lessons say is cut
    [InlineData(300, 20.0)] // five of six draws were not asked about
    [InlineData(1800, 1.0)] // nothing is audited any more
    public void Of_LessonsThatSayTooLittle_TheGuaranteeIsBrokenNoMoreOftenThanDelta(int audited, double says)
    {
        // Thresholds like those that serve: all losses are among the answers that students give by themselves, 1.1 % of all inputs, where 1 % may be.
        const int Undeferred = 36_000, Deferred = 12_000, Runs = 100;
        var random = new Random(audited + (int)says);
        QualityBucket counted = new("v1", Epoch, new() { Undeferred = Undeferred, Deferred = Deferred, Drawn = 1800, Audited = audited });
        var broken = 0;
        for (var run = 0; run < Runs; run++)
        {
            var lessons = Enumerable.Range(0, Deferred + audited).Select(i =>
                Lesson($"{run} {i}", "v1", i < Deferred ? null : says, i >= Deferred && random.NextDouble() < 0.011 * (Undeferred + Deferred) / Undeferred)).ToList();
            var calibration = LessonSplit.Of(WeighedLessons.Of(lessons, [counted]).Lessons, needed: 400, hasRegression: false, Epoch).Calibration;
            Assert.InRange(calibration.Count, 250, lessons.Count);
            broken += BinomialTail.AtMost(calibration.Count(lesson => lesson.Teacher!.Label == "lost"), calibration.Count, Epsilon) <= Delta ? 1 : 0;
        }

        // At most 5 of 100 on average; the bound is 4 standard deviations above.
        Assert.InRange(broken, 0, 13);
    }

    [Fact]
    public void Of_AnAuditedRelease_ItsLessonsStandForWhatHostsCounted()
    {
        var lessons = Lessons("v1", passed: 400, audited: 100, weight: 7).Concat(Lessons("v0", 300, 0)).Append(Lesson("brought", null, 7)).ToList();

        var weighed = WeighedLessons.Of(lessons, [Counted("v1", 0, undeferred: 900, deferred: 80, degraded: 20, audited: 30)]);

        // 900 answers of students on 100 lessons, and 100 passed on, of which the lead was away for 20, on 400 (sites sent some): 9 to a quarter.
        Assert.Equal([(1.0, 400), (36.0, 100), (0.0, 301)], weighed.Lessons.GroupBy(LessonSplit.WeightOf).Select(group => (group.Key, group.Count())));
        Assert.Equal(["v1"], weighed.Releases);
        Assert.Equal(lessons.Select(lesson => lesson.Text), weighed.Lessons.Select(lesson => lesson.Text));
    }

    [Theory]
    [InlineData(19, 500)]
    [InlineData(500, 19)]
    public void Of_TooFewAudits_LessonsKeepWhatTheySay(int lessons, int counted)
    {
        var all = Lessons("v1", passed: 400, lessons, weight: 7);

        var weighed = WeighedLessons.Of(all, [Counted("v1", 0, undeferred: 9000, deferred: 800, audited: counted)]);

        Assert.Equal(all, weighed.Lessons);
        Assert.Empty(weighed.Releases);
    }

    [Theory]
    [InlineData(100, 500, "v2")] // asked about ten times as often since: those of before would keep nine of ten of the others from being drawn
    [InlineData(500, 20, "v2 v1")] // asked about too seldom since to choose on that alone
    public void Of_SeveralReleases_ThoseFromTheLatestBackThatGiveTheMost(int before, int since, string drawn)
    {
        List<DatasetRecord> lessons = [.. Lessons("v1", 1000, before), .. Lessons("v2", 1000, since)];

        var weighed = WeighedLessons.Of(lessons, [Counted("v1", 0, 5000, 1000, audited: before), Counted("v2", 1, since * 10, 1000, audited: since)]);

        Assert.Equal(drawn, string.Join(' ', weighed.Releases));
    }

    [Fact]
    public void Of_ForgedLessons_KeepNoOthersFromBeingDrawn()
    {
        List<DatasetRecord> sound = [.. Lessons("v1", 2000, 400), .. Lessons("v2", 2000, 400)];
        QualityBucket[] counts = [Counted("v1", 0, 8000, 2000, audited: 400), Counted("v2", 1, 8000, 2000, audited: 400), Counted("v3", 2, 100_000, 10, audited: 0)];
        List<DatasetRecord> forged = [.. Lessons("v3", 0, 100), .. Lessons("v4", 0, 100, weight: 1e12), Lesson("one", "v2", 1e12), Lesson("two", null, 1e12)];

        var (alone, beside) = (Drawn(sound), Drawn([.. forged, .. sound]));

        Assert.InRange(beside.Count, alone.Count * 0.95, alone.Count * 1.05);
        Assert.InRange(beside.Count(lesson => forged.Any(other => other.Text == lesson.Text)), 0, 1);

        IReadOnlyList<DatasetRecord> Drawn(List<DatasetRecord> lessons) =>
            LessonSplit.Of(WeighedLessons.Of(lessons, counts).Lessons, needed: 10_000, hasRegression: false, Epoch).Calibration;
    }

    private static QualityBucket Counted(string release, int hour, long undeferred, long deferred, long audited, long degraded = 0) =>
        new(release, Epoch.AddHours(hour), new() { Undeferred = undeferred, Deferred = deferred, Degraded = degraded, Drawn = audited, Audited = audited });

    private static List<DatasetRecord> Lessons(string release, int passed, int audited, double weight = 20) =>
        [.. Enumerable.Range(0, passed + audited).Select(i => Lesson($"{release} {i}", release, i < passed ? null : weight))];

    /// <summary>Newer than what serves.</summary>
    private static DatasetRecord Lesson(string text, string? release, double? weight, bool isLost = false) => new()
    {
        Text = text,
        Teacher = new() { Model = release is null ? null : $"lead@{release}", Label = isLost ? "lost" : "kept", Weight = weight, At = Epoch.AddDays(2) },
    };
}
