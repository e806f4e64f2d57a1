namespace Understudy.Workflows.Retraining;

internal sealed record CurateInput(RetrainInput Run, LessonSnapshot Snapshot);
