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
    }

    [Fact]
    public async Task Run_ASiteTookItBack_IsPointedBackThoughTheRestGoesOn()
    {
        var context = new Context { Unwritable = "none", TakenBack = "s7" };

        var result = await new RolloutWorkflow().RunAsync(context, new("mail", "2.0.0"));

        Assert.Equal(RolloutResult.Completed, result.Outcome);
        Assert.Equal(["s7"], context.Withdrawn);
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

    /// <summary>The first of 31 sites takes the release, one of the next twenty cannot be pointed to it, and the last ten are never reached.</summary>
    private sealed class Context : ScriptedContext
    {
        public List<string> Withdrawn { get; } = [];

        public string Unwritable { get; init; } = "s1";

        public string? TakenBack { get; init; }

        public string? SupersededFrom { get; init; }

        protected override object Result(string step, object? input)
        {
            switch (input)
            {
                case RolloutInput:
                    return new RolloutPlan("package", [.. Enumerable.Range(0, 31).Select(i => $"s{i}")], 1, new(), new());
                case RolloutGroup group when step == WorkflowNames.WithdrawSites.Value:
                    Withdrawn.AddRange(group.Sites);
                    return group.Sites.Count;
                case RolloutGroup group when group.Sites.Contains(SupersededFrom):
                    return (IReadOnlyList<OfferedSite>)[];
                case RolloutGroup group:
                    return group.Sites.Contains(Unwritable)
                        ? throw new StepFailedException(step, new("System.IO.IOException", "the folder of s1 cannot be written"))
                        : (IReadOnlyList<OfferedSite>)[.. group.Sites.Select(site => new OfferedSite(site, 1))];
                case RolloutCheck check:
                    return new RolloutHealth(
                        [.. check.Sites.Select(site => site.Site).Where(site => site != TakenBack)],
                        [.. check.Sites.Where(site => site.Site == TakenBack).Select(site => new FailedSite(site.Site, "too many errors"))],
                        new());
                default:
                    return true;
            }
        }
    }
}
