using Understudy.Workflows.Lessons;

namespace Understudy.Workflows.Tests.Lessons;

public sealed class TeachFromEdgeTests
{
    private static readonly HardExamplesInput Input = new("harbour", "mail", "harbour/mail/hard/2026/01/02/abc.jsonl", "1", "1.0.0");

    [Fact]
    public async Task Run_TheLeadAnswersSomeEachTime_IsAskedUntilItHasAnsweredAll()
    {
        var context = new Context(step => new(1, [$"{step}"], Left: 20 - step));

        Assert.Equal(20, await new TeachFromEdgeWorkflow().RunAsync(context, Input));

        Assert.Equal(20, context.Steps);
        Assert.Equal(19 * TimeSpan.FromSeconds(2), context.Waited);
    }

    [Fact]
    public async Task Run_TheLeadAnswersNone_EndsAfterNineAttempts()
    {
        var context = new Context(_ => new(0, [], Left: 3));

        var error = await Assert.ThrowsAsync<TimeoutException>(() => new TeachFromEdgeWorkflow().RunAsync(context, Input));

        Assert.Contains("did not answer 3 hard examples of site 'harbour' in 9 attempts", error.Message, StringComparison.Ordinal);
        Assert.Equal(9, context.Steps);
        Assert.True(context.Waited > TimeSpan.FromDays(1));
    }

    private sealed class Context(Func<int, TaughtFromEdge> taught) : ScriptedContext
    {
        public int Steps { get; private set; }

        public TimeSpan Waited { get; private set; }

        public override Task CreateTimer(DateTimeOffset fireAt, CancellationToken cancellationToken = default)
        {
            Waited += fireAt - CurrentUtcDateTime;
            return Task.CompletedTask;
        }

        protected override object Result(string step, object? input) => taught(++Steps);
    }
}
