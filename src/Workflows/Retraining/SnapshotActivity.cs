using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining;

/// <summary>Deletes lessons that are too old, and freezes which of the others are used and how the new release will be called.</summary>
internal sealed class SnapshotActivity(LessonShelf shelf, ReleaseCatalog catalog, ClaimCheck claims, TimeProvider time) : Activity<RetrainInput, LessonSnapshot>
{
    public override async Task<LessonSnapshot> RunAsync(ActivityContext context, RetrainInput input)
    {
        var keep = TimeSpan.FromDays(catalog.Task(input.Task).Lessons.RetentionDays);
        await shelf.ForgetAsync(input.Task, time.GetUtcNow() - keep, context.CancellationToken);
        var found = await shelf.ListAsync(input.Task, context.CancellationToken);
        var claim = await claims.CheckInAsync<IReadOnlyList<LessonBlob>>($"{context.InstanceId}/snapshot.json", found, context.CancellationToken);
        return new(claim, LessonMark.Of(found), catalog.NextVersion(input.Task));
    }
}
