using Understudy.Workflows.Batches;

namespace Understudy.Workflows.Tests.Batches;

public sealed class BatchTallyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Progress_HalfDone_ExpectsTheRestAtThePaceSoFar()
    {
        var tally = new BatchTally(total: 20, Start);
        tally.Add(Outcome(0, answered: 8, malformed: [3, 7], ("student", 6), ("lead", 2)));

        var progress = tally.Progress("answer", Start.AddSeconds(5));

        Assert.Equal((10, 20, 2), (progress.Done, progress.Total, progress.Malformed));
        Assert.Equal(2, progress.RecordsPerSecond);
        Assert.Equal(Start.AddSeconds(10), progress.ExpectedAt);
        Assert.Equal(0.75, progress.Shares["student"]);
        Assert.Equal(0.25, progress.Shares["lead"]);
    }

    [Fact]
    public void Progress_NothingDone_ExpectsNothing() =>
        Assert.Null(new BatchTally(20, Start).Progress("answer", Start.AddSeconds(5)).ExpectedAt);

    [Fact]
    public void Summary_ShardsInAnyOrder_IsTheSame()
    {
        var input = new BatchInput("mail", "a", "\"1\"", "1.0.0", new(100, 100, 10, 2));
        ShardOutcome[] outcomes =
        [
            Outcome(0, 5, [2], ("student", 5)),
            Outcome(1, 0, [12, 11]),
            Outcome(2, 3, [], ("student", 2)) with { Answers = Answers(("lead", 1)) },
        ];

        var summaries = new[] { outcomes, [.. outcomes.Reverse()] }.Select(order =>
        {
            var tally = new BatchTally(11, Start);
            Array.ForEach(order, tally.Add);
            return (tally, summary: tally.Summary(input, new("results/mail/a.jsonl", null), 3, Start));
        }).ToList();

        Assert.All(summaries, one =>
        {
            Assert.Equal([2, 11, 12], one.summary.MalformedLines);
            Assert.Equal(new Dictionary<string, int> { ["lead"] = 1, ["student"] = 7 }, one.summary.AnsweredBy);
            Assert.Equal((11, 8, 3), (one.summary.Records, one.summary.Answered, one.summary.Malformed));
            Assert.Equal([0, 2], one.tally.AnsweredShards);
            Assert.Equal([2], one.tally.JudgedShards);
            Assert.Equal((3, 6), (one.summary.ModelMilliseconds, one.summary.LeadMilliseconds));
            Assert.Equal([0, 1], one.tally.QuarantinedShards);
        });
    }

    [Fact]
    public void Summary_LinesThatNobodyAnswers_AreMalformedAndNotAnswered()
    {
        var tally = new BatchTally(6, Start);
        tally.Add(Outcome(0, 5, [6], ("student", 3)) with { Answers = Answers(("lead", 1)) with { UnansweredLines = [2] } });

        var summary = tally.Summary(new("mail", "a", "\"1\"", "1.0.0", new(100, 100, 10, 2)), new("results/mail/a.jsonl", null), 1, Start);

        Assert.Equal((6, 4, 2), (summary.Records, summary.Answered, summary.Malformed));
        Assert.Equal([2, 6], summary.MalformedLines);
        Assert.Equal([0], tally.QuarantinedShards);
        Assert.Equal(6, tally.Progress("merge", Start).Done);
    }

    [Theory]
    [InlineData(2, true, true, false)]
    [InlineData(3, false, false, false)] // it may answer the next ones
    [InlineData(3, false, true, true)]
    [InlineData(20, true, false, true)]
    public void Silence_TheLeadHasAnsweredNobody_IsOneWhereItIsNotTheRecords(int asked, bool studentsAnswer, bool isLast, bool silent)
    {
        var tally = new BatchTally(100, Start);
        tally.Add(Outcome(0, 0, []) with
        {
            Cascade = new ShardCascade(asked + (studentsAnswer ? 5 : 0), asked, []),
            Answers = Answers() with { UnansweredLines = [.. Enumerable.Range(1, asked).Select(line => (long)line)] },
            Verified = new(asked - 1, TimeSpan.Zero, "it answered with HTTP 500"), // and it refused one
        });

        Assert.Equal(silent, tally.Silence(isLast) is not null);
        tally.Add(Outcome(1, 1, []) with { Cascade = new ShardCascade(1, 1, []), Answers = Answers(("lead", 1)), Verified = new(0, TimeSpan.Zero, Heard: 1) });
        Assert.Null(tally.Silence(isLast));
    }

    [Theory]
    [InlineData(1, false, false, false)]
    [InlineData(10, false, false, false)]
    [InlineData(11, false, false, true)]
    [InlineData(1, false, true, true)] // a run of before
    [InlineData(1, true, false, false)] // students answered the rest
    public void Silence_TheLeadRefusesMost_IsNone(int failed, bool isLast, bool refusalsCount, bool silent)
    {
        var tally = new BatchTally(100, Start);
        tally.Add(Outcome(0, 0, []) with
        {
            Cascade = new ShardCascade(25, 20, []),
            Answers = Answers() with { UnansweredLines = [.. Enumerable.Range(1, 20).Select(line => (long)line)] },
            Verified = new(failed, TimeSpan.Zero, "it did not answer within 60 s"),
        });

        Assert.Equal(silent, tally.Silence(isLast, refusalsCount) is not null);
    }

    private static ShardOutcome Outcome(int index, int answered, long[] malformed, params (string Tier, int Count)[] by) => new(
        new Shard(index, 0, 0, 1, answered + malformed.Length),
        new ShardCascade(answered, 0, malformed, Answers: answered == 0 ? null : Answers(by)),
        null);

    private static ShardAnswers Answers(params (string Tier, int Count)[] by) => new(by.ToDictionary(b => b.Tier, b => b.Count), 0, 1, 2);
}
