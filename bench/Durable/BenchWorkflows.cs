using Understudy.Workflows.Durable;

namespace Understudy.Bench.Durable;

/// <summary>The workflows that the bench measures, with activities that do nothing.</summary>
internal static class BenchWorkflows
{
    public static readonly WorkflowName<int, int[]> FanOut = new("bench-fan-out");
    public static readonly WorkflowName<int, int> Sequence = new("bench-sequence");
    public static readonly WorkflowName<BatchInput, int[]> Batch = new("bench-batch");
    public static readonly ActivityName<int, int> Nothing = new("bench-nothing");

    private static readonly RetryPolicy Retry = new(5, TimeSpan.FromSeconds(0.5));

    public static WorkflowRegistry AddTo(WorkflowRegistry registry) => registry
        .AddWorkflow<FanOutWorkflow, int, int[]>(FanOut)
        .AddWorkflow<SequenceWorkflow, int, int>(Sequence)
        .AddWorkflow<BatchWorkflow, BatchInput, int[]>(Batch)
        .AddActivity<NothingActivity, int, int>(Nothing);

    /// <summary>A batch of records, so many at a time.</summary>
    public sealed record BatchInput(int Records, int Window);

    /// <summary>All at once, then gathered.</summary>
    private sealed class FanOutWorkflow : Workflow<int, int[]>
    {
        public override Task<int[]> RunAsync(WorkflowContext context, int input) =>
            Task.WhenAll(Enumerable.Range(0, input).Select(i => context.CallActivityAsync(Nothing, i)));
    }

    /// <summary>One after the other.</summary>
    private sealed class SequenceWorkflow : Workflow<int, int>
    {
        public override async Task<int> RunAsync(WorkflowContext context, int input)
        {
            var last = 0;
            for (var i = 0; i < input; i++)
            {
                last = await context.CallActivityAsync(Nothing, i);
            }

            return last;
        }
    }

    /// <summary>Windows of activities, each gathered before the next is handed out, with progress and a timer in between.</summary>
    private sealed class BatchWorkflow : Workflow<BatchInput, int[]>
    {
        public override async Task<int[]> RunAsync(WorkflowContext context, BatchInput input)
        {
            var results = new List<int>(input.Records);
            for (var from = 0; from < input.Records; from += input.Window)
            {
                var window = Enumerable.Range(from, Math.Min(input.Window, input.Records - from));
                results.AddRange(await Task.WhenAll(window.Select(i => context.CallActivityAsync(Nothing, i, Retry))));
                context.SetStatus(results.Count);
                await context.CreateTimer(context.CurrentUtcDateTime.AddMilliseconds(1));
            }

            return [.. results];
        }
    }

    private sealed class NothingActivity : Activity<int, int>
    {
        public override Task<int> RunAsync(ActivityContext context, int input) => Task.FromResult(input);
    }
}
