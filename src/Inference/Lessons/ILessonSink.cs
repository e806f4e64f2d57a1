using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Lessons;

/// <summary>Takes what the lead said while requests are answered in process. Thread-safe; neither waits nor throws: the caller's answer does not hang on it.</summary>
public interface ILessonSink
{
    /// <param name="release">Answered.</param>
    /// <param name="judged">After stage 3; those that the lead did not answer are of no use here and are passed over.</param>
    void Offer(Release release, IReadOnlyList<PipelineItem> judged);
}
