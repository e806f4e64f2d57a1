using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Encoders;

/// <summary>
/// CascadeBERT's difficulty-aware regulariser (Li et al., arXiv 2012.14682): an example that the model gets wrong is hard, one that it
/// gets right is easy, and the model should be surer of the easy one by a margin, so that its confidence tells when to defer.
/// </summary>
internal static class DifficultyLoss
{
    /// <summary>The mean of max(0, margin − (conf(easy) − conf(hard))) over all pairs of the batch; 0 when there is no pair.</summary>
    /// <param name="logits">[B, labels]</param>
    /// <param name="gold">[B] int64</param>
    public static Tensor Of(Tensor logits, Tensor gold, double margin)
    {
        var confidence = functional.softmax(logits, 1).amax([1]);
        var easy = logits.argmax(1).eq(gold).to(ScalarType.Float32);
        // gap[i, j] = conf(i) − conf(j), wanted where i is easy and j is hard
        var gap = confidence.unsqueeze(1) - confidence.unsqueeze(0);
        var pairs = easy.unsqueeze(1) * (1 - easy).unsqueeze(0);
        return (functional.relu(margin - gap) * pairs).sum() / pairs.sum().clamp_min(1);
    }
}
