using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Distillation;

/// <summary>Soft targets (Hinton et al., arXiv 1503.02531): T² · KL(softmax(teacher / T) ‖ softmax(student / T)), mean over the batch.</summary>
internal static class SoftTargetLoss
{
    /// <param name="student">Logits [B, C].</param>
    /// <param name="teacher">Logits [B, C], without a gradient.</param>
    /// <param name="temperature">T; T² keeps the gradient's size whatever it is.</param>
    public static Tensor Of(Tensor student, Tensor teacher, double temperature)
    {
        var wanted = functional.log_softmax(teacher / temperature, 1);
        return (wanted.exp() * (wanted - functional.log_softmax(student / temperature, 1))).sum(1).mean() * (temperature * temperature);
    }
}
