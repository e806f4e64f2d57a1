using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>Notes which lessons a retraining has seen, so that they do not start another.</summary>
internal sealed class MarkLessonsActivity(LessonShelf shelf) : Activity<MarkLessonsInput, bool>
{
    public override async Task<bool> RunAsync(ActivityContext context, MarkLessonsInput input)
    {
        await shelf.MoveMarkAsync(input.Task, input.Mark, context.CancellationToken);
        return true;
    }
}
