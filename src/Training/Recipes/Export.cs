using Understudy.Inference.Classification;
using Understudy.Inference.Linear;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tokenization;
using Understudy.Training.Distillation;
using Understudy.Training.Encoders;
using Understudy.Training.Onnx;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Recipes;

/// <summary>Exports the trained encoders and opens what was exported.</summary>
internal sealed class Export(Recipe recipe, TaskDefinition task, WorkFolder work)
{
    public void Lead(bool int8)
    {
        using var model = Load(WorkFolder.Lead, new TextEncoder(recipe.LeadShape, task.Labels.Count), "lead");
        var facts = work.ReadFacts<LeadFacts>(WorkFolder.Lead, "lead");
        new EncoderExport(model, int8).Save(work.Onnx(WorkFolder.Lead, int8), LinearModel.Load(work.Existing(work.NgramPart, "lead")), (float)facts.NgramWeight);
    }

    public void Small(bool int8)
    {
        using var model = Load(WorkFolder.Small, EmptySmall(), "distil");
        new EncoderExport(model, int8).Save(work.Onnx(WorkFolder.Small, int8));
    }

    public long LeadParameters()
    {
        using var model = new TextEncoder(EncoderShape.SentenceEncoderLite, task.Labels.Count);
        return model.Parameters + LinearModel.Load(work.NgramPart).Parameters;
    }

    public long SmallParameters()
    {
        using var model = EmptySmall();
        return model.Parameters;
    }

    public EncoderClassifier Open(string model, bool int8)
    {
        var path = work.Existing(work.Onnx(model, int8), "compress");
        var tokenizer = SentencePieceEncoder.Load(work.Existing(work.Tokenizer, "lead"));
        var lead = model == WorkFolder.Lead;
        return new(model, EncoderClassifier.Open(path), path, tokenizer.Encode, lead ? recipe.LeadTokens : recipe.SmallShape.MaxTokens, lead ? recipe.LeadNgrams : null);
    }

    private TextEncoder EmptySmall() => StudentEncoder.Empty(recipe.SmallStart, recipe.LeadShape, task.Labels.Count, 0);

    private TextEncoder Load(string name, TextEncoder model, string step)
    {
        model.load(work.Existing(work.Weights(name), step));
        model.eval();
        return model;
    }
}
