using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
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
    private sealed class Context : WorkflowContext
    {
        public List<string> Withdrawn { get; } = [];

        public string Unwritable { get; init; } = "s1";

        public string? TakenBack { get; init; }

        public string? SupersededFrom { get; init; }

        public override string InstanceId => "rollout";

        public override int Version => 1;

        public override DateTimeOffset CurrentUtcDateTime => DateTimeOffset.UnixEpoch;

        public override bool IsReplaying => false;

        public override ILogger Logger => NullLogger.Instance;

        public override Guid NewGuid() => Guid.Empty;

        public override Task<TOut> CallActivityAsync<TIn, TOut>(ActivityName<TIn, TOut> name, TIn input, RetryPolicy? retry = null) => Task.FromResult((TOut)Result(input, name.Value));

        public override Task<TOut> CallWorkflowAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TIn input, string? instanceId = null, RetryPolicy? retry = null) => throw new NotSupportedException();

        public override Task CreateTimer(DateTimeOffset fireAt, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public override Task<T> WaitForEventAsync<T>(string name, TimeSpan? timeout = null) => throw new NotSupportedException();

        public override void SetStatus<T>(T status)
        {
        }

        public override void ContinueAsNew<TIn>(TIn input) => throw new NotSupportedException();

        private object Result(object? input, string step)
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
