using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Events;

/// <summary>Posts an event until its subscriber takes it, for about a day.</summary>
internal sealed class DeliverEventWorkflow : Workflow<EventDelivery, int>
{
    public static readonly WorkflowName<EventDelivery, int> Name = new("deliver-event");
    public static readonly ActivityName<EventDelivery, int> Post = new("deliver-event-post");

    private static readonly RetryPolicy UntilTaken = new(300, TimeSpan.FromSeconds(0.5), 2, TimeSpan.FromMinutes(5));

    public override Task<int> RunAsync(WorkflowContext context, EventDelivery input) => context.CallActivityAsync(Post, input, UntilTaken);
}
