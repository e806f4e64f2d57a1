namespace Understudy.Workflows.Retraining;

internal sealed record MarkLessonsInput(string Task, LessonMark Mark);
