// A deal's form offers the stages of the pipeline that is chosen.
const stages = document.querySelector("select[data-stages]");
const pipeline = stages && document.getElementById(stages.dataset.stages);
const groups = stages ? [...stages.querySelectorAll("optgroup")] : [];

function offer() {
  const name = pipeline.selectedOptions[0]?.textContent;
  const present = stages.selectedOptions[0];
  const kept = groups.filter((group) => group.label === name);
  const wasThere = kept.some((group) => group === present?.parentElement || [...group.children].some((one) => one.value === present?.value));
  const value = present?.value;
  stages.replaceChildren(...kept);
  if (wasThere) stages.value = value;
  else stages.selectedIndex = 0;
}

if (pipeline && groups.length) {
  offer();
  pipeline.addEventListener("change", offer);
}
