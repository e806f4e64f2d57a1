namespace Understudy.Inference.Releases;

/// <summary>Marks the model of a lead that stayed elsewhere.</summary>
internal interface IAbsentLead;
