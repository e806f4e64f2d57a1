namespace Understudy.Workflows.Retraining;

/// <summary>A blob with lessons.</summary>
/// <param name="Lessons">How many, as its metadata says; 0 where that does not.</param>
internal sealed record LessonBlob(string Name, string ETag, DateTimeOffset ModifiedAt, long Bytes, int Lessons);
