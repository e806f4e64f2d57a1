using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Quality;

/// <summary>Sees every answer of the pipeline. Thread-safe; neither waits nor throws: the caller's answer does not hang on it.</summary>
public interface IAnswerObserver
{
    /// <param name="release">Answered.</param>
    /// <param name="items">After the stages.</param>
    /// <param name="answers">One for each item.</param>
    /// <param name="store">Whether anything of them may be kept.</param>
    void Answered(Release release, IReadOnlyList<PipelineItem> items, IReadOnlyList<Answer> answers, bool store = true);
}
