using System.Globalization;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Tests.Rollouts;

public sealed class RolloutWorkflowTests
{
    [Fact]
    public async Task Run_SitesCannotBePointed_PointsThoseThatMayBeBack()
    {
        var context = new Context();

        var result = await new RolloutWorkflow().RunAsync(context, new("mail", "2.0.0"));

        Assert.Equal(RolloutResult.RolledBack, result.Outcome);
        Assert.Contains("the folder of s1 cannot be written", result.Reason);
        Assert.Equal(Enumerable.Range(0, 21).Select(i => $"s{i}"), context.Withdrawn);
        Assert.Equal([Context.FirstSequence, .. Enumerable.Repeat<long?>(null, 20)], context.WithdrawnSequences); // nobody knows how far the step got that failed
    }

    [Fact]
    public async Task Run_ASiteTookItBack_IsPointedBackThoughTheRestGoesOn()
    {
        var context = new Context { Unwritable = "none", TakenBack = "s7" };

        var result = await new RolloutWorkflow().RunAsync(context, new("mail", "2.0.0"));

        Assert.Equal(RolloutResult.Completed, result.Outcome);
        Assert.Equal(["s7"], context.Withdrawn);
        Assert.Equal([Context.FirstSequence + 7], context.WithdrawnSequences);
    }

    [Fact]
    public async Task Run_ALaterRolloutHasBegun_EndsAndLeavesTheSitesToIt()
    {
        var context = new Context { Unwritable = "none", SupersededFrom = "s1" };

        var result = await new RolloutWorkflow().RunAsync(context, new("mail", "2.0.0"));

        Assert.Equal(RolloutResult.Superseded, result.Outcome);
        Assert.Contains("later rollout of 'mail'", result.Reason);
        Assert.Equal(["s0"], result.Updated);
        Assert.Empty(context.Withdrawn);
    }

    [Fact]
    public async Task Run_TheFirstSiteIsAway_LetsTheNextBeFirstAndLeavesItPointed()
    {
        var context = new Context { Unwritable = "none", Away = ["s0", "s1"] };

        var result = await new RolloutWorkflow().RunAsync(context, new("mail", "2.0.0"));

        Assert.Equal(RolloutResult.Completed, result.Outcome);
        Assert.Equal(["s0", "s1"], result.Away);
        Assert.Equal(29, result.Updated.Count);
        Assert.Equal([1, 1, 1, 20, 8], context.Offered);
        Assert.Empty(context.Withdrawn);
    }

    [Fact]
    public async Task Run_AFirstSiteComesBackWhileTheNextIsFirst_SpeaksForTheRelease()
    {
        var context = new Context { Unwritable = "none", Away = [.. Enumerable.Range(0, 31).Select(i => $"s{i}")], FirstIsBack = TimeSpan.FromMinutes(65) };

        var result = await new RolloutWorkflow().RunAsync(context, new("mail", "2.0.0"));

        Assert.Equal(RolloutResult.Completed, result.Outcome);
        Assert.Equal(["s0"], result.Updated);
        Assert.Equal(30, result.Away.Count);
        Assert.Empty(context.Withdrawn);
    }

    [Fact]
    public async Task Run_AllSitesAreAway_TakesItBackOnceNoneIsLeft()
    {
        var context = new Context { Unwritable = "none", Away = [.. Enumerable.Range(0, 31).Select(i => $"s{i}")] };

        var result = await new RolloutWorkflow().RunAsync(context, new("mail", "2.0.0"));

        Assert.Equal(RolloutResult.RolledBack, result.Outcome);
        Assert.Equal("none of the 31 sites that were first has taken it in time", result.Reason);
        Assert.Equal(31, context.Withdrawn.Count);
    }

    [Fact]
    public async Task Run_BegunByAProgramOfBefore_KeepsToItsSteps()
    {
        var context = new Context(version: 4) { Unwritable = "none", Away = ["s0"] };

        var result = await new RolloutWorkflow().RunAsync(context, new("mail", "2.0.0"));

        Assert.Equal("none of the 1 sites that were first has taken it in time", result.Reason);
        Assert.Equal(["s0"], context.Withdrawn);
    }

    [Fact]
    public async Task Run_AllSitesAreAwayFromAReleaseThatAPersonWentBackTo_LeavesThemPointedToIt()
    {
        var context = new Context { Unwritable = "none", Away = [.. Enumerable.Range(0, 31).Select(i => $"s{i}")], Serving = "2.0.0" };

        var result = await new RolloutWorkflow().RunAsync(context, new("mail", "1.0.0"));

        Assert.Equal((RolloutResult.Completed, null), (result.Outcome, result.Reason));
        Assert.Equal(31, result.Away.Count);
        Assert.Empty(context.Withdrawn);
    }

    [Fact]
    public async Task Run_GoingBackBegunByAProgramOfBefore_KeepsToItsSteps()
    {
        var context = new Context(version: 5) { Unwritable = "none", Away = [.. Enumerable.Range(0, 31).Select(i => $"s{i}")], Serving = "2.0.0" };

        var result = await new RolloutWorkflow().RunAsync(context, new("mail", "1.0.0"));

        Assert.Equal(RolloutResult.RolledBack, result.Outcome);
        Assert.Equal(31, context.Withdrawn.Count);
    }

    [Fact]
    public async Task Run_ALaterRolloutHasBegunByTheEnd_IsSuperseded()
    {
        var context = new Context { Unwritable = "none", IsLatestAtTheEnd = false };

        var result = await new RolloutWorkflow().RunAsync(context, new("mail", "2.0.0"));

        Assert.Equal(RolloutResult.Superseded, result.Outcome);
        Assert.Equal(31, result.Updated.Count);
        Assert.Empty(context.Withdrawn);
    }

    [Fact]
    public async Task Run_CannotEnd_PointsEverySiteBack()
    {
        var context = new Context { Unwritable = "none", CannotEnd = true };

        var result = await new RolloutWorkflow().RunAsync(context, new("mail", "2.0.0"));

        Assert.Equal(RolloutResult.RolledBack, result.Outcome);
        Assert.Contains("the storage is away", result.Reason);
        Assert.Equal(31, context.Withdrawn.Count);
        Assert.Equal(RolloutResult.RolledBack, context.Published!.Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // a program of before
    public async Task Run_PlanGivesItsNumber_EveryStepHasIt(bool gives)
    {
        DateTimeOffset? number = gives ? DateTimeOffset.UnixEpoch.AddHours(7) : null;
        var context = new Context { Unwritable = "none", TakenBack = "s7", Number = number };

        var result = await new RolloutWorkflow().RunAsync(context, new("mail", "2.0.0"));

        Assert.Equal(RolloutResult.Completed, result.Outcome);
        Assert.Equal(DateTimeOffset.UnixEpoch, result.StartedAt);
        Assert.All(context.Numbers, given => Assert.Equal(number ?? DateTimeOffset.UnixEpoch, given));
        Assert.Equal(5, context.Numbers.Count); // three steps that point sites to it, one that points one back, and the end
    }

    [Fact]
    public async Task Run_BegunByAProgramOfBefore_DoesNotAskAtTheEnd()
    {
        var context = new Context(version: 5) { Unwritable = "none", IsLatestAtTheEnd = false };

        Assert.Equal(RolloutResult.Completed, (await new RolloutWorkflow().RunAsync(context, new("mail", "2.0.0"))).Outcome);
    }

    [Fact]
    public async Task Run_NobodyCanBeTold_EndsAllTheSame()
    {
        var context = new Context { Unwritable = "none", TopicIsAway = true };

        Assert.Equal(RolloutResult.Completed, (await new RolloutWorkflow().RunAsync(context, new("mail", "2.0.0"))).Outcome);
    }

    [Fact]
    public async Task Run_BegunByAProgramOfBefore_FailsWithTheStepThatEndsIt()
    {
        var context = new Context(version: 5) { Unwritable = "none", TopicIsAway = true };

        await Assert.ThrowsAsync<StepFailedException>(() => new RolloutWorkflow().RunAsync(context, new("mail", "2.0.0")));
    }

    /// <summary>The first of 31 sites takes the release, one of the next twenty cannot be pointed to it, and the last ten are never reached.</summary>
    private sealed class Context(int version = UnderstudyWorkflows.Version) : ScriptedContext
    {
        /// <summary>Of the pointer of s0; that of s1 has the next.</summary>
        public const long FirstSequence = 40;

        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public override int Version => version;

        public override DateTimeOffset CurrentUtcDateTime => _now;

        public List<string> Withdrawn { get; } = [];

        /// <summary>Of the pointers that are to be taken back, as far as the step was told.</summary>
        public List<long?> WithdrawnSequences { get; } = [];

        /// <summary>How many sites each step pointed to the release.</summary>
        public List<int> Offered { get; } = [];

        public IReadOnlyList<string> Away { get; init; } = [];

        /// <summary>After how long the first site is no longer away.</summary>
        public TimeSpan FirstIsBack { get; init; } = TimeSpan.MaxValue;

        public string Unwritable { get; init; } = "s1";

        public string? TakenBack { get; init; }

        public string? SupersededFrom { get; init; }

        public bool IsLatestAtTheEnd { get; init; } = true;

        public bool CannotEnd { get; init; }

        public RolloutResult? Published { get; private set; }

        public string? Serving { get; init; }

        public bool TopicIsAway { get; init; }

        public DateTimeOffset? Number { get; init; }

        /// <summary>That steps were given.</summary>
        public List<DateTimeOffset> Numbers { get; } = [];

        public override Task CreateTimer(DateTimeOffset fireAt, CancellationToken cancellationToken = default)
        {
            _now = fireAt;
            return Task.CompletedTask;
        }

        protected override object Result(string step, object? input)
        {
            Numbers.AddRange(input switch { RolloutGroup group => [group.Since], RolloutEnd end => [end.Since], _ => Array.Empty<DateTimeOffset>() });
            switch (input)
            {
                case RolloutQuestion:
                    return new RolloutPlan("package", [.. Enumerable.Range(0, 31).Select(i => $"s{i}")], 1, new(Serving: Serving), new(), Since: Number);
                case RolloutEnd when CannotEnd:
                    throw new StepFailedException(step, new("Azure.RequestFailedException", "the storage is away"));
                case RolloutEnd:
                    return IsLatestAtTheEnd;
                case RolloutPublication when TopicIsAway:
                    throw new StepFailedException(step, new("Azure.RequestFailedException", "401 Unauthorized"));
                case RolloutPublication publication:
                    Published = publication.Result;
                    return true;
                case RolloutGroup group when step == WorkflowNames.WithdrawSites.Value:
                    Withdrawn.AddRange(group.Sites);
                    WithdrawnSequences.AddRange(group.Sites.Select(site => group.Sequences?[site]));
                    return group.Sites.Count;
                case RolloutGroup group when group.Sites.Contains(SupersededFrom):
                    return (IReadOnlyList<OfferedSite>)[];
                case RolloutGroup group:
                    Offered.Add(group.Sites.Count);
                    return group.Sites.Contains(Unwritable)
                        ? throw new StepFailedException(step, new("System.IO.IOException", "the folder of s1 cannot be written"))
                        : (IReadOnlyList<OfferedSite>)[.. group.Sites.Select(site => new OfferedSite(site, FirstSequence + int.Parse(site[1..], CultureInfo.InvariantCulture)))];
                case RolloutCheck check:
                    return new RolloutHealth(
                        [.. check.Sites.Select(site => site.Site).Where(site => site != TakenBack && (!Away.Contains(site) || (site == "s0" && _now - DateTimeOffset.UnixEpoch >= FirstIsBack)))],
                        [.. check.Sites.Where(site => site.Site == TakenBack).Select(site => new FailedSite(site.Site, "too many errors"))],
                        new());
                default:
                    return true;
            }
        }
    }
}
