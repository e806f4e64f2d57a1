using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;
using Understudy.Workflows.Quality;

namespace Understudy.Workflows.Shadows;

/// <summary>Shows the answers to requests and to batches to all who look at them. Thread-safe.</summary>
internal sealed class AnswerObservers(QualityLog quality, ShadowQueue shadows) : IAnswerObserver
{
    public void Voted(Release release, IReadOnlyList<PipelineItem> items) => quality.Voted(release, items);

    public void Answered(Release release, IReadOnlyList<PipelineItem> items, IReadOnlyList<Answer> answers, bool store = true)
    {
        quality.Answered(release, items, answers, store);
        shadows.Answered(release, items, answers, store);
    }
}
