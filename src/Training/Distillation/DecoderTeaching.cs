namespace Understudy.Training.Distillation;

/// <summary>How a small language model is taught.</summary>
public sealed record DecoderTeaching
{
    public DecoderLesson Lesson { get; init; }

    public int Steps { get; init; } = 600;

    /// <summary>Rows a step.</summary>
    public int Rows { get; init; } = 24;

    /// <summary>AdamW's peak learning rate, reached after a twentieth of the steps and falling to nothing.</summary>
    public double Rate { get; init; } = 2e-3;

    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Longest gradient, in the Euclidean norm.</summary>
    public double Clip { get; init; } = 1;

    /// <summary>Share of the lead's distribution in what answers are drawn from, so that the student cannot drift where nobody has an opinion (α of MiniLLM).</summary>
    public double TeacherShare { get; init; } = 0.2;

    /// <summary>Largest |log p − log q| that a token is rewarded or blamed with.</summary>
    public double RewardLimit { get; init; } = 10;

    /// <summary>Weight of the right tokens' loss beside a divergence.</summary>
    public double RowWeight { get; init; } = 0.2;

    /// <summary>Tokens of an answer that is drawn.</summary>
    public int AnswerTokens { get; init; } = 48;

    public int Seed { get; init; } = 17;
}
