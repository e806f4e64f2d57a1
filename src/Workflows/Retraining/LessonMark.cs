namespace Understudy.Workflows.Retraining;

/// <summary>Up to where a task's lessons have been seen by a retraining.</summary>
/// <param name="Until">The time of the latest blob.</param>
/// <param name="Blobs">The blobs of that very second, which another may still join.</param>
internal sealed record LessonMark(DateTimeOffset Until, IReadOnlyList<string> Blobs)
{
    public static LessonMark None { get; } = new(DateTimeOffset.MinValue, []);

    public bool IsNew(LessonBlob blob) => blob.ModifiedAt > Until || (blob.ModifiedAt == Until && !Blobs.Contains(blob.Name));

    public static LessonMark Of(IReadOnlyList<LessonBlob> blobs)
    {
        if (blobs.Count == 0)
        {
            return None;
        }

        var until = blobs.Max(blob => blob.ModifiedAt);
        return new(until, [.. blobs.Where(blob => blob.ModifiedAt == until).Select(blob => blob.Name)]);
    }
}
