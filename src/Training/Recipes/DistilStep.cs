using System.Numerics.Tensors;
using TorchSharp;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tokenization;
using Understudy.Training.Distillation;
using Understudy.Training.Encoders;
using Understudy.Training.Linear;

namespace Understudy.Training.Recipes;

/// <summary>The lead teaches both students by soft targets (Hinton et al., arXiv 1503.02531).</summary>
internal sealed class DistilStep(Recipe recipe, TaskDefinition task, WorkFolder work, Action<string, double, string> report)
{
    public void Run(Examples examples, CancellationToken cancellationToken)
    {
        var export = new Export(recipe, task, work);
        export.Lead(int8: true);
        float[][] answers;
        using (var lead = export.Open(WorkFolder.Lead, int8: true))
        {
            answers = Scores.Of(lead, [.. examples.Train.Select(example => example.Text)], done => report("lead's answers", done, ""), cancellationToken);
        }

        report("lead's answers", 1, $"{answers.Length} texts answered");
        // Without its headers a mail gets the answer that the lead gave with them: the student learns what it cannot see.
        var views = LeadStep.Views(examples).ToArray();
        var teacher = examples.Train.Zip(answers, (example, answer) => Enumerable.Repeat(answer, LeadStep.ViewCount(example))).SelectMany(same => same).ToArray();
        TrainLinear(views, teacher, cancellationToken);
        TrainSmall(views, teacher, examples, cancellationToken);
    }

    private void TrainLinear((string Text, int Label)[] views, float[][] teacher, CancellationToken cancellationToken)
    {
        var share = (float)recipe.LinearSoftTargetShare;
        var targets = views.Zip(teacher, (view, logits) =>
        {
            var target = new float[logits.Length];
            TensorPrimitives.SoftMax<float>(logits, target);
            TensorPrimitives.Multiply(target, share, target);
            target[view.Label] += 1 - share;
            return target;
        }).ToArray();
        var training = recipe.Linear with { Seed = recipe.Seed };
        new LinearTrainer(recipe.LinearNgrams, training).Train(
            [.. views.Select(view => view.Text)],
            targets,
            (epoch, loss) => report("linear student", (double)epoch / training.Epochs, epoch == training.Epochs ? $"loss {loss:F3}" : ""),
            cancellationToken).Save(work.LinearStudent);
    }

    private void TrainSmall((string Text, int Label)[] views, float[][] teacher, Examples examples, CancellationToken cancellationToken)
    {
        var tokenizer = SentencePieceEncoder.Load(work.Existing(work.Tokenizer, "lead"));
        var limit = recipe.SmallShape.MaxTokens;
        using var model = Start();
        if (StudentEncoder.SharedParameters(model) is > 0 and var shared)
        {
            report("small student", 0, $"{shared / 1e6:F1} of its {model.Parameters / 1e6:F1} M parameters are the lead's own and stay as they are");
        }

        var losses = new List<(double, double)>();
        var epochs = new EncoderTrainer(WorkFolder.Small, model, recipe.Small with { Seed = recipe.Seed }).Train(
            [.. views.Zip(teacher, (view, logits) => new TokenizedText(tokenizer.Encode(view.Text, limit), view.Label, logits))],
            [.. examples.Tuning.Select(example => new TokenizedText(tokenizer.Encode(example.Text, limit), example.Label))],
            epoch => report("small student", (double)epoch.Epoch / epoch.Epochs, $"epoch {epoch.Epoch} of {epoch.Epochs}: loss {epoch.Loss:F3}, accuracy {epoch.Accuracy:P1}, {epoch.Elapsed:hh\\:mm\\:ss}"),
            (done, loss) =>
            {
                losses.Add((done, loss));
                report("small student", done, "");
            },
            cancellationToken);
        model.save(work.Weights(WorkFolder.Small));
        work.Draw(WorkFolder.Small, losses, epochs);
    }

    private TextEncoder Start()
    {
        using var lead = new TextEncoder(recipe.LeadShape, task.Labels.Count);
        lead.load(work.Existing(work.Weights(WorkFolder.Lead), "lead"));
        return StudentEncoder.Build(recipe.SmallStart, lead, recipe.Small.Dropout);
    }
}
