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

    /// <summary>The same of text: which tokens a stage looks at. The last stages correspond, and those before them in their order.</summary>
    /// <param name="student">Stages, [B, S, width] each.</param>
    /// <param name="teacher">Stages, [B, S, width] each; widths and numbers may differ.</param>
    /// <param name="mask">[B, S], 1 on tokens.</param>
    public static Tensor Of(IReadOnlyList<Tensor> student, IReadOnlyList<Tensor> teacher, Tensor mask)
    {
        var stages = Math.Min(student.Count, teacher.Count);
        Tensor Planes(Tensor stage) => (stage * mask.unsqueeze(2)).transpose(1, 2).unsqueeze(3);
        return Of([.. student.TakeLast(stages).Select(Planes)], [.. teacher.TakeLast(stages).Select(Planes)]);
    }

    /// <summary>[B, H·W], each of length 1.</summary>
    private static Tensor Map(Tensor stage)
    {
        var looks = stage.square().sum(1).flatten(1);
        return looks / (looks.square().sum(1, keepdim: true) + Least).sqrt();
    }
}
