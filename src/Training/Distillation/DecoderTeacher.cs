using Understudy.Training.Decoders;
using Understudy.Training.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Distillation;

/// <summary>Teaches a small language model by one <see cref="DecoderLesson"/>. Lead and student share a vocabulary; both are without dropout.</summary>
/// <param name="lead">Not needed to learn from rows.</param>
/// <param name="end">The token that ends an answer.</param>
internal sealed class DecoderTeacher(TextDecoder student, DecoderTeaching teaching, int end, TextDecoder? lead = null)
{
    /// <exception cref="TrainingDivergedException">The loss became infinite.</exception>
    public void Train(IReadOnlyList<TokenRow> rows, Action<double>? report = null, CancellationToken cancellationToken = default)
    {
        var random = new Random(teaching.Seed);
        using var optimizer = new Decoders.AdamW([.. student.parameters()], teaching.WeightDecay);
        student.train(); // for the fast products
        lead?.train();
        var order = Enumerable.Range(0, rows.Count).ToArray();
        var at = order.Length;
        using var hold = new CollectionHold();
        for (var step = 0; step < teaching.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hold.Renew();
            if (at + teaching.Rows > order.Length)
            {
                random.Shuffle(order);
                at = 0;
            }

            TokenRow[] batch = [.. order.Skip(at).Take(teaching.Rows).Select(row => rows[row])];
            at += teaching.Rows;
            using var scope = NewDisposeScope();
            var loss = teaching.Lesson switch
            {
                DecoderLesson.Rows => RowLoss(batch),
                DecoderLesson.ForwardKl => Forward(batch),
                _ => Reverse(batch, cancellationToken) + (teaching.RowWeight * RowLoss(batch)),
            };
            loss.backward();
            if (!float.IsFinite(loss.item<float>()))
            {
                throw new TrainingDivergedException($"The loss became {loss.item<float>()} in step {step + 1}. Lower the learning rate ({teaching.Rate}).");
            }

            var done = (step + 1.0) / teaching.Steps;
            optimizer.Step(teaching.Rate * Math.Min(done / 0.05, (1 - done) / 0.95), teaching.Clip);
            report?.Invoke(done);
        }

        student.eval();
        lead?.eval();
    }

    /// <summary>Mean over the tokens t of w·[Σ q log(q/p) − R(t+1)·log q(y_t)], on answers drawn from a mixture of lead and student.</summary>
    private Tensor Reverse(TokenRow[] batch, CancellationToken cancellationToken)
    {
        var share = teaching.TeacherShare;
        var sampler = new TextSampler((ids, places) => (share * TextSampler.Probabilities(lead!, ids, places)) + ((1 - share) * TextSampler.Probabilities(student, ids, places)), end);
        int[][] prompts = [.. batch.Select(row => row.Ids[..row.From])];
        var room = Math.Min(student.Shape.MaxTokens, lead!.Shape.MaxTokens) - prompts.Max(prompt => prompt.Length);
        var answers = sampler.Complete(prompts, Math.Clamp(teaching.AnswerTokens, 1, Math.Max(1, room)), draw: true, cancellationToken);
        var drawn = TokenBatch.Of([.. prompts.Zip(answers, (prompt, answer) => new TokenRow([.. prompt, .. answer], prompt.Length))]);
        var (p, q) = (LeadLog(drawn), Log(student, drawn));
        var targets = drawn.Targets.unsqueeze(1);
        var said = q.gather(1, targets).squeeze(1);
        Tensor weights, returns;
        using (no_grad())
        {
            var (lead, own) = (p.gather(1, targets).squeeze(1), said.detach());
            weights = own.exp() / ((share * lead.exp()) + ((1 - share) * own.exp()));
            var rewards = (lead - own).clamp(-teaching.RewardLimit, teaching.RewardLimit).data<float>().ToArray();
            returns = tensor(Returns(rewards, [.. answers.Select(answer => answer.Length)]));
        }

        var single = (q.exp() * (q - p)).sum(1);
        return (weights * (single - (returns * said))).mean();
    }

    /// <summary>For every token the mean reward of those after it in its answer: what a sum would be, were it not larger for longer answers.</summary>
    /// <param name="rewards">One answer after another.</param>
    internal static float[] Returns(float[] rewards, IReadOnlyList<int> lengths)
    {
        var returns = new float[rewards.Length];
        var start = 0;
        foreach (var length in lengths)
        {
            var sum = 0f;
            for (var t = length - 1; t >= 0; t--)
            {
                returns[start + t] = t == length - 1 ? 0 : sum / (length - 1 - t);
                sum += rewards[start + t];
            }

            start += length;
        }

        return returns;
    }

    private Tensor Forward(TokenRow[] batch)
    {
        var tokens = TokenBatch.Of(batch);
        var (p, q) = (LeadLog(tokens), Log(student, tokens));
        return (p.exp() * (p - q)).sum(1).mean() + (teaching.RowWeight * functional.nll_loss(q, tokens.Targets));
    }

    private Tensor RowLoss(TokenRow[] batch)
    {
        var tokens = TokenBatch.Of(batch);
        return functional.nll_loss(Log(student, tokens), tokens.Targets);
    }

    private Tensor LeadLog(TokenBatch tokens)
    {
        using var none = no_grad();
        return Log(lead!, tokens);
    }

    /// <summary>Log-probabilities wherever something is to be predicted, [N, V].</summary>
    private static Tensor Log(TextDecoder model, TokenBatch tokens) =>
        functional.log_softmax(model.Logits(model.forward(tokens.Ids).view(-1, model.Shape.Width).index_select(0, tokens.Positions)), 1);
}
