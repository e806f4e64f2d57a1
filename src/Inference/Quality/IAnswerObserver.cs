using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Quality;

/// <summary>Sees every answer of the pipeline. Thread-safe; neither waits nor throws: the caller's answer does not hang on it.</summary>
public interface IAnswerObserver
{
    /// <summary>
    /// Sees what students say of inputs, as they come: also of those that the lead is yet to be asked about, or will not answer. Not of those that a caller
    /// wants verified: such as a site's students were not sure of are not drawn as inputs are.
    /// </summary>
    /// <param name="release">Whose students.</param>
    /// <param name="items">After stage 2.</param>
    void Voted(Release release, IReadOnlyList<PipelineItem> items)
    {
    }

    /// <param name="release">Answered.</param>
    /// <param name="items">After the stages.</param>
    /// <param name="answers">One for each item.</param>
    /// <param name="store">Whether anything of them may be kept.</param>
    void Answered(Release release, IReadOnlyList<PipelineItem> items, IReadOnlyList<Answer> answers, bool store = true);
}
