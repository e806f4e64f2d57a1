using Understudy.Inference.Classification;
using Understudy.Inference.Features;
using Understudy.Inference.Linear;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tokenization;
using Understudy.Training.Distillation;
using Understudy.Training.Onnx;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Recipes;

/// <summary>Exports the trained encoders and opens what was exported.</summary>
internal sealed class Export(Recipe recipe, TaskDefinition task, WorkFolder work)
{
    public void Lead()
    {
        using var model = Trained(WorkFolder.Lead);
        var facts = work.ReadFacts<LeadFacts>(WorkFolder.Lead);
        var file = work.Onnx(WorkFolder.Lead, int8: true);
        new EncoderExport(model, int8: true).Save(file + ".part", Ngrams(), (float)facts.NgramWeight);
        File.Move(file + ".part", file, overwrite: true);
    }

    /// <summary>As it was trained.</summary>
    public TextEncoder Trained(string model) => model == WorkFolder.Lead
        ? Load(model, new TextEncoder(recipe.LeadShape, task.Labels.Count), "lead")
        : Load(model, EmptySmall(), "distil");

    /// <summary>What the compression chose.</summary>
    public CompressedModel Chosen(string model) =>
        work.ReadFacts<Dictionary<string, IReadOnlyList<CompressedModel>>>("compress")[model].Single(way => way.Chosen);

    /// <summary>What is released.</summary>
    public EncoderClassifier OpenChosen(string model) => Open(model, work.Onnx(model, int8: true), Chosen(model).Ngrams);

    public EncoderClassifier OpenLead() => Open(WorkFolder.Lead, work.Onnx(WorkFolder.Lead, int8: true), Ngrams().Ngrams);

    public EncoderClassifier Open(string model, string path, NgramOptions? ngrams)
    {
        var tokenizer = SentencePieceEncoder.Load(work.Existing(work.Tokenizer, "lead"));
        return new(
            model, EncoderClassifier.Open(work.Existing(path, "compress")), path, tokenizer.Encode, model == WorkFolder.Lead ? recipe.LeadTokens : recipe.SmallShape.MaxTokens, ngrams);
    }

    private LinearModel Ngrams() => LinearModel.Load(work.Existing(work.NgramPart, "lead"));

    private TextEncoder EmptySmall() => StudentEncoder.Empty(recipe.SmallStart, recipe.LeadShape, task.Labels.Count, 0);

    private TextEncoder Load(string name, TextEncoder model, string step)
    {
        model.load(work.Existing(work.Weights(name), step));
        model.eval();
        return model;
    }
}
