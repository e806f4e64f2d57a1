using static TorchSharp.torch;

namespace Understudy.Training.Distillation;

/// <summary>
/// Attention transfer (Zagoruyko and Komodakis, arXiv 1612.03928): where a stage of the student looks against where the teacher's does.
/// Q = vec(Σ over channels of A²), and the loss is Σ over stages of ‖Q_S/‖Q_S‖ − Q_T/‖Q_T‖‖₂, mean over the batch.
/// </summary>
internal static class AttentionLoss
{
    private const double Least = 1e-8;

    /// <param name="student">Stages, [B, channels, H, W] each; the channels may differ from the teacher's, the rest may not.</param>
    /// <param name="teacher">As many stages.</param>
    public static Tensor Of(IReadOnlyList<Tensor> student, IReadOnlyList<Tensor> teacher) =>
        student.Zip(teacher, (s, t) => ((Map(s) - Map(t)).square().sum(1) + Least).sqrt().mean()).Aggregate((sum, stage) => sum + stage);

    /// <summary>[B, H·W], each of length 1.</summary>
    internal static Tensor Map(Tensor stage)
    {
        var looks = stage.square().sum(1).flatten(1);
        return looks / (looks.square().sum(1, keepdim: true) + Least).sqrt();
    }
}
